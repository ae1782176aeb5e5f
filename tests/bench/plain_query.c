/* plain_query DB WORD: the least that any program with SQLite would have to do to answer a query. */
#include <sqlite3.h>

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	int found = 0;
	char *query = sqlite3_mprintf("\"%w\"*", argv[2]);
	if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, "select id from f where f match ? limit 50", -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_bind_text(statement, 1, query, -1, SQLITE_STATIC) == SQLITE_OK)
		for (; sqlite3_step(statement) == SQLITE_ROW; found++)
			puts((const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	sqlite3_free(query);
	sqlite3_close(db);
	return found ? 0 : 1;
}
