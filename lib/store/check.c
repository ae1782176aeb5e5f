#include "lib/store/check.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/schema.h"
#include "lib/store/check_parts.h"
#include "lib/store/store_parts.h"

/* Ids compared while guessing: seconds at most, in a store of nothing but misspelt references. */
enum { GUESSES = 100000000 };

struct finding {
	const char *path;
	struct kith_fault fault;
};

struct checking {
	struct kith_index *index;
	struct kith_arena arena; /* all texts of the findings */
	struct kith_guesses guesses;
	const char *scope; /* a path or folder; NULL: the whole store */
	struct finding *list;
	size_t count, capacity;
	struct kith_check_report report;
};

/* In scope: the path itself, and what is below it.  Two bounds, so that the primary key is used. */
#define IN_SCOPE(path) " " path " >= ?1 and " path " < ?1 || '0' and (" path " = ?1 or " path " > ?1 || '/') "

static void add_finding(struct checking *checking, const char *path, const struct kith_fault *fault)
{
	struct finding *finding = kith_arena_push(&checking->arena, &checking->list, &checking->count,
	                                          &checking->capacity, sizeof(*finding));
	*finding = (struct finding){ path, *fault };
}

static void add_findings(struct checking *checking, const char *path, const struct kith_faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		add_finding(checking, path, &faults->list[i]);
}

static bool is_in_scope(const struct checking *checking, const char *path)
{
	if (!checking->scope)
		return true;
	const size_t length = strlen(checking->scope);
	return strncmp(path, checking->scope, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static sqlite3_stmt *for_scope(struct checking *checking, const char *whole, const char *scoped, struct kith_err *err)
{
	sqlite3_stmt *select = kith_sql(checking->index, checking->scope ? scoped : whole, err);
	if (select && checking->scope)
		kith_sql_bind(select, 1, checking->scope);
	return select;
}

/* --- each file by itself --- */

static enum kith_code take_stored(struct checking *checking, struct kith_err *err)
{
#define STORED "select path, severity, line, col, length, message, hint from fault"
	KITH_SQL *select = for_scope(checking, STORED, STORED " where" IN_SCOPE("path"), err);
	if (!select)
		return KITH_IO;
	enum kith_code code;
	while ((code = kith_sql_step(checking->index, select, err)) == KITH_OK) {
		const struct kith_fault fault = {
			.severity = (enum kith_severity)sqlite3_column_int(select, 1),
			.line = (uint32_t)sqlite3_column_int64(select, 2),
			.column = (uint32_t)sqlite3_column_int64(select, 3),
			.length = (uint32_t)sqlite3_column_int64(select, 4),
			.message = kith_sql_text(select, 5, &checking->arena),
			.hint = kith_sql_text(select, 6, &checking->arena),
		};
		add_finding(checking, kith_sql_text(select, 0, &checking->arena), &fault);
	}
	return code == KITH_NONE ? KITH_OK : code;
}

static enum kith_code count_files(struct checking *checking, struct kith_err *err)
{
	if (checking->index->lean) {
		checking->report.files += checking->index->lean_files;
		return KITH_OK;
	}
	KITH_SQL *count = for_scope(checking, "select count(*) from file where state <> 4",
	                            "select count(*) from file where state <> 4 and" IN_SCOPE("path"), err);
	_Static_assert(KITH_FILE_FOLDER == 4, "folders are not counted");
	if (!count)
		return KITH_IO;
	const enum kith_code code = kith_sql_step(checking->index, count, err);
	if (code == KITH_OK)
		checking->report.files += (size_t)sqlite3_column_int64(count, 0);
	return code;
}

/* --- kith.yaml --- */

static void check_settings(struct checking *checking)
{
	const struct kith_settings *settings = &checking->index->store->settings;
	if (!is_in_scope(checking, "kith.yaml"))
		return;
	checking->report.files++;
	add_findings(checking, "kith.yaml", &settings->faults);
	struct kith_faults faults = { .arena = &checking->arena };
	for (size_t i = 0; i < settings->record.count; i++)
		kith_check_reference(&checking->guesses, &settings->record.values[i], &faults);
	add_findings(checking, "kith.yaml", &faults);
}

/* --- between files --- */

/* The whole store is asked by the index on fields, a scope by its files. */
static void select_values(const struct checking *checking, struct kith_buf *sql,
                          bool (*is_meant)(const struct kith_field *, const void *))
{
	kith_buf_add(sql, checking->scope
	                          ? "select r.path, f.field, f.text, f.line, f.col from file p join record r on "
	                            "r.rowid = p.record"
	                            " join fact f on f.record = r.rowid where" IN_SCOPE("p.path") "and +f.field in "
	                          : "select r.path, f.field, f.text, f.line, f.col from fact f join record r on "
	                            "r.rowid = f.record"
	                            " where f.field in ");
	kith_sql_add_fields(sql, is_meant, NULL);
	if (!checking->index->lean) /* which has no others */
		/* Of a file that cannot be read now, its own fault is told; what its last good version says may be gone. */
	kith_buf_add(sql, " and not r.broken and f.fold is not null");
}

static bool refers(const struct kith_field *field, const void *user)
{
	(void)user;
	return kith_field_may_refer(field);
}

static bool is_query(const struct kith_field *field, const void *user)
{
	(void)user;
	return (field->flags & KITH_QUERY) != 0;
}

static void check_value(struct checking *checking, sqlite3_stmt *row)
{
	const struct kith_value value = {
		.field = kith_field_by_id((size_t)sqlite3_column_int64(row, 1)),
		.text = kith_sql_text(row, 2, NULL),
		.line = (uint32_t)sqlite3_column_int64(row, 3),
		.column = (uint32_t)sqlite3_column_int64(row, 4),
	};
	struct kith_faults faults = { .arena = &checking->arena };
	kith_check_reference(&checking->guesses, &value, &faults);
	kith_check_query(checking->index, &value, &faults);
	if (faults.count)
		add_findings(checking, kith_sql_text(row, 0, &checking->arena), &faults);
}

static enum kith_code check_values(struct checking *checking, bool (*is_meant)(const struct kith_field *, const void *),
                                   const char *unless, struct kith_err *err)
{
	KITH_BUF sql = { 0 };
	select_values(checking, &sql, is_meant);
	kith_buf_add(&sql, unless);
	KITH_STATEMENT *select = NULL;
	enum kith_code code = kith_sql_prepare(checking->index, sql.text, &select, err);
	if (code)
		return code;
	if (checking->scope)
		kith_sql_bind(select, 1, checking->scope);
	while ((code = kith_sql_step(checking->index, select, err)) == KITH_OK)
		check_value(checking, select);
	return code == KITH_NONE ? KITH_OK : code;
}

static void add_double(struct checking *checking, const char *path, const char *id, const char *other)
{
	struct kith_faults faults = { .arena = &checking->arena };
	KITH_BUF quoted = { 0 };
	kith_quote(&quoted, other);
	kith_fault_add(&faults, KITH_FAULT_ERROR, 0, 0, 1, "%s has the same id, %s", kith_buf_text(&quoted), id)->hint =
		kith_arena_printf(&checking->arena,
	                          "an id is that of one file: rename one of the two, for example to %s-2.yaml", id);
	add_finding(checking, path, &faults.list[0]);
}

/* Each is told of one other, the first of all of them of the second. */
static enum kith_code check_doubles(struct checking *checking, struct kith_err *err)
{
	KITH_SQL *select = kith_sql(checking->index,
	                            "select id, path from record where id in"
	                            " (select id from record group by id having count(*) > 1) order by id, path",
	                            err);
	if (!select)
		return KITH_IO;
	const char *id = "", *first = "", *last = "";
	bool first_told = true;
	enum kith_code code;
	while ((code = kith_sql_step(checking->index, select, err)) == KITH_OK) {
		const char *path = kith_sql_text(select, 1, &checking->arena);
		if (strcmp(id, kith_sql_text(select, 0, NULL)) != 0) {
			id = kith_sql_text(select, 0, &checking->arena);
			first = last = path;
			first_told = false;
			continue;
		}
		if (!first_told && is_in_scope(checking, first))
			add_double(checking, first, id, path);
		first_told = true;
		if (is_in_scope(checking, path))
			add_double(checking, path, id, last);
		last = path;
	}
	return code == KITH_NONE ? KITH_OK : code;
}

static enum kith_code check_scope(struct checking *checking, struct kith_err *err)
{
	/* Most references are right: those are left out before anything else is asked of them. */
	static const char unless_right[] = " and not exists (select 1 from record t where t.id = f.text"
					   " and kith_refers(f.field, t.kind))";
	check_settings(checking);
	enum kith_code code = take_stored(checking, err);
	if (!code)
		code = count_files(checking, err);
	if (!code)
		code = check_values(checking, refers, unless_right, err);
	if (!code)
		code = check_values(checking, is_query, "", err);
	return code ? code : check_doubles(checking, err);
}

/* --- telling --- */

static int by_place(const void *one, const void *other)
{
	const struct finding *a = one, *b = other;
	int order = strcmp(a->path, b->path);
	if (!order)
		order = (a->fault.line > b->fault.line) - (a->fault.line < b->fault.line);
	if (!order)
		order = (a->fault.column > b->fault.column) - (a->fault.column < b->fault.column);
	return order ? order : strcmp(a->fault.message, b->fault.message);
}

/* Scopes may overlap. */
static size_t drop_doubles(struct finding *list, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (!kept || by_place(&list[kept - 1], &list[i]) != 0)
			list[kept++] = list[i];
	return kept;
}

static void tell_file(struct checking *checking, const struct finding *list, size_t count, kith_check_file *tell,
                      void *user)
{
	KITH_ARENA arena = { 0 };
	struct kith_faults faults = { .arena = &arena,
		                      .list = kith_arena_alloc(&arena, count * sizeof(struct kith_fault)) };
	for (size_t i = 0; i < count; i++) {
		faults.list[faults.count++] = list[i].fault;
		faults.errors += list[i].fault.severity == KITH_FAULT_ERROR;
	}
	faults.capacity = count;
	checking->report.errors += faults.errors;
	checking->report.warnings += count - faults.errors;
	if (!tell)
		return;
	KITH_BUF text = { 0 };
	const bool readable = !kith_file_read_beneath(checking->index->store->root_fd, list[0].path, KITH_DOC_LIMIT,
	                                              &text, NULL, NULL);
	tell(user, list[0].path, &faults, readable ? kith_buf_text(&text) : NULL, text.length);
}

static void tell_all(struct checking *checking, kith_check_file *tell, void *user)
{
	if (!checking->count)
		return;
	qsort(checking->list, checking->count, sizeof(*checking->list), by_place);
	const size_t count = drop_doubles(checking->list, checking->count);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && strcmp(checking->list[to].path, checking->list[from].path) == 0;)
			to++;
		tell_file(checking, checking->list + from, to - from, tell, user);
	}
}

/* --- the whole --- */

static enum kith_code gather(struct checking *checking, const char *const *paths, size_t count, struct kith_err *err)
{
	checking->count = 0;
	checking->report = (struct kith_check_report){ 0 };
	if (!count)
		return check_scope(checking, err);
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < count && !code; i++) {
		size_t length = strlen(paths[i]);
		while (length && paths[i][length - 1] == '/')
			length--;
		const bool whole = !length || (length == 1 && *paths[i] == '.');
		checking->scope = whole ? NULL : kith_arena_strndup(&checking->arena, paths[i], length);
		code = check_scope(checking, err);
	}
	return code;
}

enum kith_code kith_check(struct kith_index *index, const char *const *paths, size_t count, kith_check_file *tell,
                          void *user, struct kith_check_report *out, struct kith_err *err)
{
	struct checking checking = { .index = index, .guesses = { .index = index, .left = GUESSES } };
	enum kith_code code;
	KITH_WITH_HEALING(index, code, gather(&checking, paths, count, err));
	if (!code) {
		tell_all(&checking, tell, user);
		*out = checking.report;
	}
	kith_arena_finish(&checking.guesses.arena);
	kith_arena_finish(&checking.arena);
	return code;
}

enum kith_code kith_check_files(struct kith_store *store, struct kith_now now, kith_check_file *tell, void *user,
                                struct kith_check_report *out, struct kith_err *err)
{
	KITH_CLEANUP(kith_index_close) struct kith_index *index = NULL;
	const enum kith_code code = kith_index_build_lean(store, now, &index, err);
	return code ? code : kith_check(index, NULL, 0, tell, user, out, err);
}

/* --- one text --- */

static enum kith_code check_id(struct kith_index *index, const char *path, const char *id, struct kith_faults *faults,
                               struct kith_err *err)
{
	KITH_SQL *other =
		kith_sql(index, "select path from record where id = ?1 and path <> ?2 order by path limit 1", err);
	if (!other)
		return KITH_IO;
	kith_sql_bind(other, 1, id);
	kith_sql_bind(other, 2, path);
	const enum kith_code code = kith_sql_step(index, other, err);
	if (code != KITH_OK)
		return code == KITH_NONE ? KITH_OK : code;
	KITH_BUF quoted = { 0 };
	kith_quote(&quoted, kith_sql_text(other, 0, NULL));
	kith_fault_add(faults, KITH_FAULT_ERROR, 0, 0, 1, "%s has the same id, %s", kith_buf_text(&quoted), id)->hint =
		"an id is that of one file: give this one another name";
	return KITH_OK;
}

/* A record may refer to itself before it is in the index. */
static bool is_itself(const struct kith_record *record, const struct kith_value *value)
{
	return value->field && strcmp(value->text, record->id) == 0 && kith_field_refers_to(value->field, record->kind);
}

enum kith_code kith_check_text(struct kith_index *index, const char *path, const char *source, size_t length,
                               struct kith_arena *arena, struct kith_reading *out, struct kith_err *err)
{
	enum kith_kind kind;
	KITH_BUF stem = { 0 };
	if (kith_record_path(path, &kind, &stem, err))
		return KITH_USAGE;
	struct kith_reading reading;
	kith_record_read(kind, stem.text, path, source, length, arena, &reading);
	enum kith_code code = KITH_OK;
	if (kind < KITH_KINDS) {
		kith_name_faults(path, stem.text, &reading.faults);
		KITH_WITH_HEALING(index, code, check_id(index, path, stem.text, &reading.faults, err));
	}
	struct kith_guesses guesses = { .index = index, .left = GUESSES };
	for (size_t i = 0; i < reading.record.count && !code; i++) {
		const struct kith_value *value = &reading.record.values[i];
		if (!is_itself(&reading.record, value))
			kith_check_reference(&guesses, value, &reading.faults);
		kith_check_query(index, value, &reading.faults);
	}
	kith_arena_finish(&guesses.arena);
	if (code)
		return code;
	kith_faults_sort(&reading.faults);
	*out = reading;
	return KITH_OK;
}
