/* kith list: records that match a query. */
#include <string.h>

#include "cli/rows.h"

static enum kith_code read_order(const struct kith_args *args, enum kith_order *out, struct kith_err *err)
{
	static const char *const names[] = { "name", "date", "last", "due" };
	static const enum kith_order orders[] = { KITH_BY_NAME, KITH_BY_DATE, KITH_BY_LAST, KITH_BY_DUE };
	const char *text = kith_args_value(args, "sort");
	*out = KITH_BY_DEFAULT;
	if (!text)
		return KITH_OK;
	for (size_t i = 0; i < kith_count(names); i++)
		if (strcmp(names[i], text) == 0) {
			*out = orders[i];
			return KITH_OK;
		}
	kith_fail(err, KITH_USAGE, "--sort '%s' is not known", text);
	return kith_hint(err, "write --sort name, date, last or due");
}

/* A first word that names a kind means that kind. */
static int kind_word(const struct kith_args *args)
{
	if (!args->word_count)
		return -1;
	const enum kith_kind kind = kith_kind_find(args->words[0], strlen(args->words[0]));
	return kind < KITH_KINDS ? (int)kind : -1;
}

static void print_json(struct kith_app *app, const char *text, const struct kith_rows *rows)
{
	struct kith_json json = kith_app_json(app);
	const bool full = kith_args_has(&app->args, "full");
	kith_json_key_string(&json, "query", text);
	kith_json_key_day(&json, "as_of", app->now.today);
	kith_json_key_int(&json, "count", (int64_t)rows->count);
	kith_json_key(&json, "records");
	kith_json_array(&json);
	for (size_t i = 0; i < rows->count; i++) {
		kith_json_object(&json);
		kith_row_json(&json, &rows->list[i]);
		KITH_ARENA scratch = { 0 };
		struct kith_record record;
		if (full && kith_index_record(app->index, rows->list[i].rowid, &scratch, &record, NULL) == KITH_OK) {
			kith_json_key(&json, "record");
			kith_record_json(&json, &record);
		}
		kith_json_end_object(&json);
	}
	kith_json_end_array(&json);
	kith_app_end_json(&json);
}

enum kith_code kith_cmd_list(struct kith_app *app, struct kith_err *err)
{
	const int kind = kind_word(&app->args);
	const char *text = kith_args_text(&app->args, kind >= 0 ? 1 : 0, &app->arena);
	struct kith_query_options options = { .kind = kind };
	enum kith_code code = read_order(&app->args, &options.order, err);
	if (!code)
		code = kith_app_limit(app, 0, &options.limit, err);
	if (code)
		return code;

	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	struct kith_rows rows = { 0 };
	code = kith_rows_parse(app, text, &query, err);
	if (!code && kith_args_has(&app->args, "explain")) {
		kith_query_explain(query, &app->out);
		return KITH_OK;
	}
	if (!code)
		code = kith_rows_run(app, query, &options, &rows, err);
	if (code)
		return code;
	kith_rows_warn_unread(app);

	if (app->json) {
		print_json(app, text, &rows);
	} else if (app->ids) {
		for (size_t i = 0; i < rows.count; i++)
			kith_rows_print_id(app, rows.list[i].id);
	} else {
		kith_rows_print(app, &rows, kind < 0 && options.order != KITH_BY_DEFAULT);
	}
	if (rows.count)
		return KITH_OK;
	if (!app->json && !app->ids) {
		if (*text)
			kith_fail(err, KITH_NONE, "nothing matches %s", text);
		else
			kith_fail(err, KITH_NONE, "there is no %s yet",
			          kind < 0 ? "record" : kith_kind_name((enum kith_kind)kind));
		return kith_hint(err, *text ? "kith list --explain shows how a query is read"
		                            : "kith add makes one: kith help add");
	}
	return KITH_NONE;
}
