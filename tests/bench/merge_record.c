/* Merging one record, against taking the events of its three texts with libyaml: a line each, "what, microseconds, microseconds". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yaml.h>

#include "lib/record/merge.h"

enum { ROUNDS = 15, TIMES = 200 };

static const char record[] =
	"# yaml-language-server: $schema=../.kith/schema/contact.json\n"
	"name: María García\n"
	"email:\n"
	"  - maria@acme.example\n"
	"  - maria@home.example\n"
	"phone: +34 600 123 456\n"
	"city: Madrid\n"
	"org: Acme Robotics        # moved there in spring\n"
	"title: VP Engineering\n"
	"roles: [mentor, connector]\n"
	"skills: [robotics, hiring]\n"
	"met: 2024-05\n"
	"met_at: pycon-2024\n"
	"through: tom-okafor\n"
	"purpose: She shows me how to grow a team; I read her drafts.\n"
	"cadence: quarterly\n"
	"birthday: 03-14\n"
	"will_help:\n"
	"  - with: reference\n"
	"    agreed: 2026-02-11\n"
	"about: |\n"
	"  Two kids, climbs.\n"
	"  Prefers voice notes to email.\n"
	"remind:\n"
	"  - text: ask how the move went\n"
	"    date: 2026-12-01\n";

static struct kith_version changed(const char *old, const char *new)
{
	const char *at = strstr(record, old);
	if (!at)
		abort();
	KITH_BUF text = { 0 };
	kith_buf_add_bytes(&text, record, (size_t)(at - record));
	kith_buf_add(&text, new);
	kith_buf_add(&text, at + strlen(old));
	const size_t length = text.length;
	return (struct kith_version){ kith_buf_take(&text), length };
}

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void take_events(const struct kith_version *version)
{
	yaml_parser_t parser;
	yaml_event_t event;
	if (!yaml_parser_initialize(&parser))
		return;
	yaml_parser_set_input_string(&parser, (const unsigned char *)version->text, version->length);
	for (int last = 0; !last && yaml_parser_parse(&parser, &event);) {
		last = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

static void measure(const char *what, const struct kith_version *ours, const struct kith_version *theirs)
{
	const struct kith_version base = { record, sizeof(record) - 1 };
	const struct kith_version *of[] = { &base, ours, theirs };
	double merging = 1e9, parsing = 1e9;
	for (int round = 0; round < ROUNDS; round++) {
		double begun = now();
		for (int i = 0; i < TIMES; i++) {
			struct kith_merged merged;
			kith_merge_record(KITH_KIND_contact, &base, ours, theirs, &merged);
			kith_merged_finish(&merged);
		}
		const double took = (now() - begun) / TIMES;
		merging = took < merging ? took : merging;
		begun = now();
		for (int i = 0; i < TIMES * 3; i++)
			take_events(of[i % 3]);
		const double floor = (now() - begun) / TIMES;
		parsing = floor < parsing ? floor : parsing;
	}
	printf("%s, %.1f, %.1f\n", what, merging, parsing);
}

int main(void)
{
	const struct kith_version city = changed("Madrid", "Valencia"), other = changed("Madrid", "Sevilla");
	const struct kith_version title = changed("VP Engineering", "CTO"), neighbour = changed("Acme Robotics ", "Biuro Map ");
	const struct kith_version one = changed("connector]", "connector, critic]"), two = changed("connector]", "connector, sponsor]");
	const struct kith_version entry = changed("2026-12-01\n", "2026-12-01\n  - text: send the atlas\n    date: 2027-01-10\n");
	const struct kith_version moved = changed("2026-12-01\n", "2026-12-08\n");
	measure("fields apart", &city, &title);
	measure("neighbouring lines", &city, &neighbour);
	measure("a word added on each side", &one, &two);
	measure("an entry added, one changed", &entry, &moved);
	measure("a conflict", &city, &other);
	const struct kith_version *all[] = { &city, &other, &title, &neighbour, &one, &two, &entry, &moved };
	for (size_t i = 0; i < kith_count(all); i++)
		kith_free((void *)(uintptr_t)all[i]->text);
	return 0;
}
