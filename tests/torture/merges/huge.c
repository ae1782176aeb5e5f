/* Large records: what is slow with them is found here. */
#include <stdio.h>
#include <string.h>

#include "lib/record/doc.h"
#include "tests/torture/merges/merges.h"

struct item {
	unsigned id, revision;
};

struct way {
	const char *kind, *head, *item, *foot; /* item: its number, its revision */
	unsigned bytes;                        /* about as many an item takes, with what may be kept for it */
};

static const struct way ways[] = {
	{ "contact", "name: x\nskills: [first", ", w%u r%u", "]\n", 24 },
	{ "contact", "name: x\nskills:\n", "  - w%u r%u\n", "", 28 },
	{ "contact", "name: x\nskills:\n", "  - w%u # r%u\n", "", 40 },
	{ "note", "text: x\npromised:\n", "  - {what: w%u, by: 2026-%02u-01}\n", "", 150 },
	{ "note", "text: x\npromised:\n", "  - what: w%u\n    by: 2026-%02u-01\n", "", 150 },
	{ "contact", "name: x\nemail:\n", "  - {value: w%u@example.org, label: r%u}\n", "", 150 },
	{ "playbook", "name: x\nsteps:\n", "  - 2w: do %u r%u\n", "", 150 },
	{ "contact", "name: x\nabout: |\n", "  line %u r%u\n", "", 60 },
	{ "contact", "name: x\nabout: |\n", "  same %.0u r%u\n", "", 60 },
	{ "contact", "name: x\n", "x-%u: r%u\n", "", 90 },
	{ "contact", "name: x\nx-map:\n", "  k%u: r%u\n", "", 90 },
	{ "contact", "{name: x", ", x-%u: r%u", "}\n", 90 },
	{ "contact", "name: x\nx-list:\n", "  - {a: w%u, b: r%u}\n", "", 60 },
	{ "contact", "name: x\nconflicts:\n", "  - {field: x-%u, kept: [r%u]}\n", "", 120 },
};

static void render(const struct way *way, const struct item *items, size_t count, struct kith_buf *out)
{
	kith_buf_add(out, way->head);
	for (size_t i = 0; i < count; i++) {
		KITH_BUF line = { 0 };
		char number[2][16];
		size_t used = 0;
		snprintf(number[0], sizeof(number[0]), "%u", items[i].id);
		snprintf(number[1], sizeof(number[1]), "%02u", items[i].revision);
		for (const char *at = way->item; *at; at++) {
			if (*at != '%') {
				kith_buf_add_char(&line, *at);
				continue;
			}
			const bool hidden = at[1] == '.';
			while (*at != 'u')
				at++;
			kith_buf_add(&line, hidden ? "" : number[used]);
			used++;
		}
		kith_buf_add_bytes(out, line.text, line.length);
	}
	kith_buf_add(out, way->foot);
}

/* Some are left out, changed, put elsewhere; some come in. */
static size_t change(struct chance *chance, const struct item *from, size_t count, unsigned side, struct item *out)
{
	static const unsigned densities[] = { 0, 1, 10, 100, 1000 }; /* of a thousand */
	const unsigned leave = chance_pick(chance, densities) / 2, revise = chance_pick(chance, densities), add = chance_pick(chance, densities);
	const bool move = chance_percent(chance, 20);
	size_t made = 0;
	for (size_t i = 0; i < count; i++) {
		if (chance_below(chance, 1000) < add)
			out[made++] = (struct item){ .id = 1000000 * side + (unsigned)i, .revision = 1 };
		if (chance_below(chance, 1000) < leave)
			continue;
		out[made++] = from[i];
		if (chance_below(chance, 1000) < revise)
			out[made - 1].revision = 1 + side + chance_below(chance, 3) * 3;
	}
	for (size_t i = 1; i < made && move; i++) {
		const size_t with = chance_below(chance, (uint32_t)i + 1);
		const struct item one = out[i];
		out[i] = out[with];
		out[with] = one;
	}
	return made;
}

void make_huge(struct chance *chance, struct triple *triple)
{
	const struct way *way = &chance_pick(chance, ways);
	const unsigned fit = KITH_DOC_LIMIT / way->bytes / 2;
	const size_t count = fit / 4 + chance_below(chance, fit * 3 / 4);
	*triple = (struct triple){ .kind = kith_kind_find(way->kind, strlen(way->kind)), .has_base = !chance_percent(chance, 20) };
	struct item *items = kith_alloc(count * sizeof(*items)), *changed = kith_alloc(count * 2 * sizeof(*changed));
	for (size_t i = 0; i < count; i++)
		items[i] = (struct item){ .id = (unsigned)i, .revision = 1 };
	render(way, items, count, &triple->texts[BASE]);
	for (unsigned side = OURS; side <= THEIRS; side++)
		render(way, changed, change(chance, items, count, side, changed), &triple->texts[side]);
	kith_free(items);
	kith_free(changed);
}
