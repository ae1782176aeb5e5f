#include "lib/store/index_db.h"

/* What every generation is made of.  Days are counted from 1970-01-01, NULL for "none"; times of files are
 * nanoseconds since the epoch; kinds, fields and sources are the numbers of their enumerations, which
 * the fingerprint in `meta` ties to this version of the schema. */
const char kith_index_tables[] =
	/* key: "schema", the fingerprint of the rows · "derive", version of the rules and "settings", fingerprint
	 * of kith.yaml, by which due and tend were made · "day", the day up to which they hold (absent: never
	 * derived) · "built", 1 once every file was seen · "unmerged", writes since full text was last merged
	 * "vocabulary", see index_vocabulary.c */
	"create table meta(key text primary key, value integer not null) without rowid;"

	/* path: from the root of the store, as the system has it
	 * record: rowid of what it holds; NULL if it was never readable.  A file that breaks keeps its record
	 * size, mtime, ctime, inode: what it was when it was read
	 * indexed: when that was
	 * state: enum kith_file_state */
	"create table file(path text primary key, record integer, size integer not null, mtime integer not null,"
	" ctime integer not null, inode integer not null, indexed integer not null, state integer not null)"
	" without rowid;"

	/* rowid: see KITH_ROWID_OF_DAY
	 * id: the file's stem; two files may have the same (kith check says so)
	 * title: name, or a note's first line; sort: the title folded
	 * date: first day of a note's or event's date
	 * private: it says so, or is a need that does not say `private: no`
	 * broken: the file cannot be read now, these are the values of its last good version */
	"create table record(rowid integer primary key, kind integer not null, id text not null, path text not null,"
	" title text not null, sort text not null, date integer, private integer not null, broken integer not null);"

	/* One value, as struct kith_value has it.
	 * ord: place in the record, from 0
	 * field: id of its kith_field, -1 for a key the schema does not know
	 * key: the unknown key's name, or the key in a table; else NULL
	 * fold: kith_fold of the text; NULL for a BLOCK, for texts over 200 bytes and for faulty values
	 * first, last: the range of numbers it stands for (kith_type_row(type)->range); NULL if it has none or is faulty
	 * line, col: where it is in the file;  faulty: it is not of its type */
	"create table fact(record integer not null, ord integer not null, field integer not null,"
	" entry integer not null, key text, text text not null, fold text, first integer, last integer, line integer "
	"not null,"
	" col integer not null, faulty integer not null, primary key(record, ord)) without rowid;"

	/* What is searched, in the form of kith_fold_words.
	 * names: name and aka; the words of the id of all but notes
	 * words: the values of all other fields, in the order of the file */
	"create table body(rowid integer primary key, names text not null, words text not null);"
	/* The words were made by kith_fold_words, so that they only need to be split at spaces.  No sizes of
	 * columns are kept: bm25 reads them from body when it is used. */
	"create virtual table text using fts5(names, words, content='body', columnsize=0,"
	" tokenize='unicode61 remove_diacritics 0');"
	/* Merging waits for kith_index_maintain: by itself it would come in the middle of a save.  That is also why
	 * many segments may gather before full text merges a whole level at once, the great one of the bulk build with
	 * it, which takes a second. */
	"insert into text(text, rank) values('automerge', 0);"
	"insert into text(text, rank) values('usermerge', 16);"
	"insert into text(text, rank) values('crisismerge', 64);"

	/* Who talked when: each name in `with` of each note with a day, but for signals and decisions.  Days to come are plans.
	 * who: id of a contact or group
	 * gave, got: something was given to, or received from them in it */
	"create table talk(who text not null, day integer not null, record integer not null, gave integer not null,"
	" got integer not null, primary key(who, day, record)) without rowid;"

	/* Of each contact and group but `me`.
	 * last: last conversation up to the day `as_of`;  plan: first one after it
	 * activity: sum over the conversations of 2^(-age/half_life) on as_of; half_life in days
	 * gave, got: whether anything was given to, received from them, ever
	 * strands: roles, groups and kinds of help in the record: ways of being tied
	 * closeness: as the record says;  cadence: kith_span_pack of its own, or what kith.yaml gives */
	"create table tend(record integer primary key, last integer, plan integer, activity real not null,"
	" as_of integer not null, half_life integer not null, gave integer not null, got integer not null,"
	" strands integer not null, closeness text, cadence integer not null);"

	/* struct kith_due.  record: where it is written;  span: kith_span_pack */
	"create table due(record integer not null, key text not null, source integer not null, day integer not null,"
	" minute integer not null, who text not null, what text not null, since integer, span integer not null,"
	" mine integer not null, hide integer not null, line integer not null);"
	/* On this day what is derived of the record may change. */
	"create table recheck(record integer primary key, day integer not null);"

	/* struct kith_fault, of each path that has any; ord from 0 in the order of the file. */
	"create table fault(path text not null, ord integer not null, severity integer not null, line integer not null,"
	" col integer not null, length integer not null, message text not null, hint text not null,"
	" primary key(path, ord)) without rowid;";

/* Made after the rows of a bulk build, which is faster than keeping them up to date. */
const char kith_index_tables_late[] = "create index record_id on record(id, kind);"
				      "create index file_trouble on file(state) where state >= 2;"
				      "create index record_sort on record(kind, sort);"
				      "create index fact_fold on fact(field, fold) where fold is not null;"
				      "create index fact_first on fact(field, first) where first is not null;"
				      "create index fact_key on fact(key, fold) where field = -1;"
				      "create index due_record on due(record, day);"
				      "create index due_day on due(day);"
				      "create index recheck_day on recheck(day);";

/* All that kith_check looks things up by. */
const char kith_index_tables_lean[] = "create index record_id on record(id, kind);"
				      "create index record_sort on record(kind, sort);"
				      "create index fact_fold on fact(field, fold) where fold is not null;";
