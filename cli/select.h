/* From the words of a command line to the records that are meant: paths, names, or a query. */
#ifndef KITH_SELECT_H
#define KITH_SELECT_H

#include "cli/app.h"

/* The records that words `first`, … (`count` of them) of the command line mean, each once:
 *   contacts/ana.yaml ana-silva   each word a file or an exact id: these
 *   roles:mentor city:lisbon      a word that holds field:value: the words are a query, which a kind in front
 *   contacts                      narrows; its records in the usual order.  So is a kind alone, and the value
 *                                 of the option --query
 *   mar gar · ana,tom             else one name, or several with commas between, as kith_pick has it; with a
 *                                 kind in front (contact ana) among these.  Asks before somebody who is only
 *                                 called alike is taken
 *
 * A file by its path need hold no record: kith.yaml (kind KITH_SETTINGS), one that cannot be read and of which
 * nothing older is known, one that was never indexed; its row then has rowid 0, and an empty title; `broken` but
 * for kith.yaml.  A row may be broken also with a rowid: its file cannot be read now.
 *
 * KITH_NONE when nothing is found, KITH_USAGE when it is not clear what is meant (candidates in app->beside), or
 * no word is given.  Rows and their texts are in app->arena.  A command that takes --query has the row
 *   OPTION(edit, "query", 'q', "QUERY", "every record that matches, whatever the query looks like") */
enum kith_code kith_select(struct kith_app *, size_t first, size_t count, struct kith_row **out, size_t *out_count,
                           struct kith_err *);

/* One file of the store by its path, as above: also one that the index does not know. KITH_USAGE when it is
 * none that kith looks at. */
enum kith_code kith_select_path(struct kith_app *, const char *text, struct kith_row *out, struct kith_err *);

#endif
