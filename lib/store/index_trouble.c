/* Files that stand in the way of being understood: those of which nothing is known, and those of one id. */
#include "lib/store/index_work.h"

static enum kith_code read_troubled(struct kith_index *index, bool unread, struct kith_arena *arena, const char ***out,
                                    size_t *count, struct kith_err *err)
{
	/* The index on the few files that are in trouble answers this: its condition stands here to the letter, and the
	 * plus keeps the order from being had by a walk over all files instead. */
	static const char all[] = "select path from file where state >= 2 and state <> ?1 order by +path";
	static const char without_record[] =
		"select path from file where state >= 2 and state <> ?1 and record is null order by +path";
	KITH_SQL *select = unread ? kith_sql(index, without_record, err) : kith_sql(index, all, err);
	if (!select)
		return KITH_IO;
	(void)sqlite3_bind_int(select, 1, KITH_FILE_FOLDER);
	const char **list = NULL;
	size_t used = 0, capacity = 0;
	enum kith_code code;
	while ((code = kith_sql_step(index, select, err)) == KITH_OK) {
		const char **path = kith_arena_push(arena, &list, &used, &capacity, sizeof(*list));
		*path = kith_sql_text(select, 0, arena);
	}
	if (code != KITH_NONE)
		return code;
	*out = list;
	*count = used;
	return KITH_OK;
}
_Static_assert(KITH_FILE_BROKEN == 2 && KITH_FILE_UNREADABLE > KITH_FILE_BROKEN, "the SQL above says so");

enum kith_code kith_index_unread(struct kith_index *index, struct kith_arena *arena, const char ***out, size_t *count,
                                 struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, read_troubled(index, true, arena, out, count, err));
	return code;
}

enum kith_code kith_index_broken(struct kith_index *index, struct kith_arena *arena, const char ***out, size_t *count,
                                 struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, read_troubled(index, false, arena, out, count, err));
	return code;
}

static enum kith_code read_twin(struct kith_index *index, const struct kith_row *row, struct kith_arena *arena,
                                const char **out, struct kith_err *err)
{
	KITH_SQL *select =
		kith_sql(index, "select path from record where id = ?1 and path <> ?2 order by path limit 1", err);
	if (!select)
		return KITH_IO;
	kith_sql_bind(select, 1, row->id);
	kith_sql_bind(select, 2, row->path);
	const enum kith_code code = kith_sql_step(index, select, err);
	if (code == KITH_OK)
		*out = kith_sql_text(select, 0, arena);
	return code;
}

enum kith_code kith_index_twin(struct kith_index *index, const struct kith_row *row, struct kith_arena *arena,
                               const char **out, struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, read_twin(index, row, arena, out, err));
	return code == KITH_NONE ? kith_fail(err, KITH_NONE, "no other file has the id %s", row->id) : code;
}
