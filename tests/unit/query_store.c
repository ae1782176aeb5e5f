#include "query_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct small_file files[] = {
	{ "kith.yaml", "me: eve\n" },
	{ "contacts/eve.yaml", "name: Eve Wrona\nskills: c\nbirthday: 1990-11-25\n" },
	{ "contacts/ana.yaml",
	  "name: Ana Silva\naka: Anita\nemail: ana@x.example\norg: acme\ntitle: VP Engineering\n"
	  "skills: [c++, Machine Learning]\nroles: mentor\nmet: 2024-05\nthrough: me\ncadence: quarterly\n"
	  "birthday: 03-14\ncloseness: close\nx-coffee: Flat White\nx-team:\n  lead: bo\n" },
	{ "contacts/bo.yaml",
	  "name: Bo Łukasz\norg: Acme Robotics\ntitle: Engineer of VPNs\nskills: c\nthrough: eve\n"
	  "met: 2023\ncadence: never\nbirthday: 1984-02-29\nmax_asks: 3\ntags: [red, blue]\n"
	  "jobs:\n  - org: acme\n    title: Intern\n    from: 2010\n" },
	{ "contacts/chi.yaml",
	  "name: 田中 由紀\nskills: C#\nroles: [peer, mentor]\nmet: 2022-12-31\nthrough: ana\ncadence: 90d\n"
	  "birthday: 12-28\nmax_asks: 1\nresting: 2027-01-01\nprivate: yes\n" },
	{ "contacts/dan.yaml",
	  "name: Dan\nskills: rust, c\nresting: 2026-11-24\nbirthday: 1999-01-02\ncadence: evry month\n"
	  "x-pet:\n  name: Rex\nx-pet-b: Rex II\n" },
	{ "contacts/elf.yaml", "name: Elf\nresting: yes\nabout: |\n  Bo and the machine of learning.\n" },
	{ "notes/2026/11/2026-11-20-ana.yaml",
	  "date: 2026-11-20\nwith: [ana, bo]\nhow: coffee\nat: pycon\ntext: |\n  We walked to the mill.\n"
	  "promised:\n  - what: send the map\n    by: 2026-11-30\n"
	  "  - what: call back\n    by: 2026-11-22\n    by_whom: ana\n" },
	{ "notes/2026/08/2026-08-01-bo.yaml",
	  "date: 2026-08-01\nwith: bo\nhow: call\nat: the old mill\ntext: Short.\n" },
	{ "notes/2026/12/2026-12-10-chi.yaml", "date: 2026-12-10\nwith: chi\nhow: coffee\ntext: A plan.\n" },
	{ "groups/acme.yaml", "name: Acme Robotics\ntype: organisation\nmembers: [ana, me]\nnext: 2026-12-01\n" },
	{ "events/pycon.yaml", "name: PyCon\ndate: 2026-12\nuntil: 2026-12-20\npeople: eve\n" },
	{ "events/fair.yaml", "name: Fair\ndate: 2026-10-01\n" },
	{ "needs/flat.yaml", "name: A flat\nwho: bo\ntype: listening\nby: 2026-12-01\nstatus: open\n" },
	{ "goals/book.yaml",
	  "name: The book\nby: 2027\nstatus: met\nwants:\n  - what: an editor\n    count: 2\n" },
	{ "opportunities/job.yaml", "name: A job\nremote: yes\nby: 2026-11-25\nskills: c\n" },
	{ "opportunities/talk.yaml", "name: A talk\nremote: no\nby: 2026-11-10\n" },
};

struct small_store query_store;

int query_store_open(void **state)
{
	(void)state;
	small_store_open(&query_store, files, kith_count(files));
	return 0;
}

int query_store_close(void **state)
{
	(void)state;
	small_store_close(&query_store);
	return 0;
}

static bool add_id(void *ids, const struct kith_row *row)
{
	struct kith_buf *out = ids;
	kith_buf_addf(out, "%s%s", out->length ? " " : "", row->id);
	return true;
}

void query_store_ask(const char *text, const struct kith_query_options *options, struct kith_buf *ids)
{
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	struct kith_err err = {0};
	if (kith_query_parse(text, query_store.now, &query, NULL, &err) != KITH_OK ||
	    kith_query_run(query_store.index, query, options, add_id, ids, &err) != KITH_OK)
		fail_msg("%s: %s", text, err.message);
}

void query_store_check(const struct query_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		KITH_BUF ids = {0};
		query_store_ask(cases[i].text, NULL, &ids);
		if (strcmp(kith_buf_text(&ids), cases[i].wanted) != 0)
			fail_msg("%s finds: %s", cases[i].text, kith_buf_text(&ids));
	}
}
