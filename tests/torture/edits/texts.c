/* Words, and values of each type. */
#include <string.h>

#include "tests/torture/edits/edits.h"

/* splitmix64: small, and good enough to be seeded with 1, 2, 3. */
static uint64_t chance_next(struct chance *chance)
{
	uint64_t value = chance->state += 0x9E3779B97F4A7C15u;
	value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
	value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
	return value ^ (value >> 31);
}

uint32_t chance_below(struct chance *chance, uint32_t limit)
{
	return limit ? (uint32_t)((chance_next(chance) >> 32) * limit >> 32) : 0;
}

bool chance_percent(struct chance *chance, uint32_t percent)
{
	return chance_below(chance, 100) < percent;
}

static const char *const words[] = {
	"map", "trail", "coffee", "by", "the", "river", "Ana", "Łódź", "García", "robotics", "hiring", "rust", "c", "sql",
	"mentor", "Niamh", "Zieliński", "straße", "田中", "東京", "שלום", "مرحبا", "Ελένη", "Юлия", "naïve", "cafe\xCC\x81",
	"🦊", "👩‍👩‍👧", "🇵🇹", "o'clock", "R&D", "C++", "C#", "a/b", "x=y", "50%", "(sic)", "well,", "so:", "and", "—", "…", "e.g.",
	"\xC2\xA0", "\xE2\x80\x8B", "\xE2\x80\x8Fא", "#1", "-5", "+34", "@home", "*", "&", "!", "|", ">", "?", "~", "<<", "=",
};

/* What YAML, or an editor of YAML, takes for something else. */
static const char *const traps[] = {
	"@ana", "# no comment", "a # b", "a #b", "a# b", "#", "key: value", "key:value", "key:", ":", ": x", "a :b", "a : b",
	"yes", "No", "on", "null", "Null", "~", "true", "0123", "1:30", "22:30", "0x1f", "1e3", ".5", "1_000", ".inf",
	"2026-11-25", "12", "-1", "+1", "=", "<<", "- dash", "-", "--", "---", "...", "--- x", "... x", "-x", "? q", "?", "?x",
	":x", "[x]", "[", "]", "{x: y}", "{", "}", "a, b", ",", "a,b", ", a", "a,", "\"quoted\"", "\"", "'single'", "'", "it's",
	"say \"hi\"", "'a' and \"b\"", "a\"", "a'", "''", "\"\"", "!tag", "!", "&anchor", "*alias", "%TAG", "`tick`", "|", ">",
	"|-", "> x", "back\\slash", "\\", "\\n", "C:\\dir", "tab\there", "\ttab", "tab\t", " leading", "trailing ", "  both  ",
	"two  spaces", "a   b", "http://a.example/#b:c", "a: b # c", "x # \"y\"", "[a]: b", "- a: b", "-\tx", "a\t# b",
	"nel\xC2\x85x", "ls\xE2\x80\xA8x", "ps\xE2\x80\xA9x", "bom\xEF\xBB\xBFx", "\xEF\xBB\xBFx", "bell\ax", "esc\x1B[31mx",
	"del\x7Fx", "c1\xC2\x9Bx", "nbsp\xC2\xA0", "\xC2\xA0nbsp", "zwj\xE2\x80\x8Dx", "rlo\xE2\x80\xAEx", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x8E\xA8",
	"\xCC\x81x", "\xF0\x90\x80\x80", "\xEF\xBF\xBDx", "\xEE\x80\x80", "cr\rx", "crlf\r\nx", "one\ntwo", "one\n\ntwo", "one\n",
	"one\n\n", "\none", "\n\none", "one\n two", " one\ntwo", "  one\ntwo\n", "one\n# two\n", "one\n- two\n", "one\ntwo: x\n",
	"one \ntwo", "one\n \ntwo", "one\n\n\n\ntwo\n\n\n", "one\n...\ntwo", "one\n---\ntwo", "\tone\ntwo", "one\n\ttwo\n",
};

static void add_word(struct kith_buf *out, struct chance *chance)
{
	kith_buf_add(out, chance_pick(chance, words));
}

static void add_words(struct kith_buf *out, struct chance *chance, uint32_t most)
{
	for (uint32_t count = 1 + chance_below(chance, most), i = 0; i < count; i++) {
		if (i)
			kith_buf_add_char(out, ' ');
		add_word(out, chance);
	}
}

void random_text(struct kith_buf *out, struct chance *chance)
{
	const uint32_t die = chance_below(chance, 100);
	if (die < 22)
		kith_buf_add(out, chance_pick(chance, traps));
	else if (die < 25) {
		add_word(out, chance);
		kith_buf_add(out, chance_pick(chance, traps));
	} else if (die < 28)
		add_words(out, chance, 60);
	else
		add_words(out, chance, die < 60 ? 1 : 5);
}

void random_block(struct kith_buf *out, struct chance *chance)
{
	const uint32_t lines = 1 + chance_below(chance, 6);
	for (uint32_t i = 0; i < lines; i++) {
		if (chance_percent(chance, 15))
			kith_buf_add_char(out, '\n');
		if (chance_percent(chance, 10))
			kith_buf_add(out, "   ");
		if (chance_percent(chance, 10))
			kith_buf_add(out, chance_pick(chance, traps));
		else
			add_words(out, chance, 10);
		if (i + 1 < lines || chance_percent(chance, 60))
			kith_buf_add_char(out, '\n');
	}
}

void random_id(struct kith_buf *out, struct chance *chance)
{
	static const char *const ids[] = {
		"ana-silva", "tom-okafor", "maria-garcia", "ewa-zielinska", "田中", "me", "2026-11-21-ana-silva-k3vx", "pycon-2024",
		"jürgen", "no", "yes", "12", "null", "on", "2026", "ελένη", "x", "y",
	};
	kith_buf_add(out, chance_pick(chance, ids));
}

static void add_clock(struct kith_buf *out, struct chance *chance);

static void add_date(struct kith_buf *out, struct chance *chance, unsigned flags)
{
	const unsigned year = 1950 + chance_below(chance, 90), month = 1 + chance_below(chance, 12), day = 1 + chance_below(chance, 28);
	const uint32_t die = chance_below(chance, 100);
	if ((flags & KITH_YEARLY) && die < 50)
		kith_buf_addf(out, "%s%02u-%02u", die < 10 ? "--" : "", month, day);
	else if (!(flags & (KITH_DAY | KITH_YEARLY)) && die < 10)
		kith_buf_addf(out, "%u", year);
	else if (!(flags & (KITH_DAY | KITH_YEARLY)) && die < 25)
		kith_buf_addf(out, "%u-%02u", year, month);
	else if (die > 90) {
		kith_buf_addf(out, "%u-%02u-%02u ", year, month, day);
		add_clock(out, chance);
	} else
		kith_buf_addf(out, "%u-%02u-%02u", year, month, day);
}

static void add_span(struct kith_buf *out, struct chance *chance)
{
	static const char *const spans[] = {"weekly", "monthly", "quarterly", "yearly", "never", "6 weeks", "90d", "3 months", "2w", "every 2 weeks"};
	kith_buf_add(out, chance_pick(chance, spans));
}

/* One of the words in the `of` column, if there are any. */
static bool add_usual(struct kith_buf *out, struct chance *chance, const struct kith_field *field)
{
	const char *at = field->of, *word, *chosen = NULL;
	size_t length, chosen_length = 0;
	for (uint32_t seen = 1; (word = kith_of_next(&at, &length)); seen++)
		if (chance_below(chance, seen) == 0) {
			chosen = word;
			chosen_length = length;
		}
	if (chosen)
		kith_buf_add_bytes(out, chosen, chosen_length);
	return chosen != NULL;
}

static void add_clock(struct kith_buf *out, struct chance *chance)
{
	/* Compilers call what stands in one argument list in different orders. */
	const unsigned hour = chance_below(chance, 24), minute = chance_below(chance, 60);
	kith_buf_addf(out, "%02u:%02u", hour, minute);
}

static void add_flag(struct kith_buf *out, struct chance *chance)
{
	static const char *const flags[] = {"yes", "no", "true", "false", "on", "off"};
	kith_buf_add(out, chance_pick(chance, flags));
}

void random_value(struct kith_buf *out, struct chance *chance, const struct kith_field *field)
{
	switch (field->type) {
	case KITH_DATE: add_date(out, chance, field->flags); return;
	case KITH_SPAN: add_span(out, chance); return;
	case KITH_INT:  kith_buf_addf(out, "%u", 1 + chance_below(chance, 99)); return;
	case KITH_FLAG: add_flag(out, chance); return;
	case KITH_TIME: add_clock(out, chance); return;
	case KITH_TIMES:
		add_clock(out, chance);
		kith_buf_add_char(out, '-');
		add_clock(out, chance);
		return;
	case KITH_ENUM: (void)add_usual(out, chance, field); return; /* an enumeration has words */
	case KITH_REF:  random_id(out, chance); return;
	case KITH_BLOCK:
		if (chance_percent(chance, 70)) {
			random_block(out, chance);
			return;
		}
		break;
	case KITH_WORD:
		if (chance_percent(chance, 50) && add_usual(out, chance, field))
			return;
		break;
	case KITH_DATE_OR_FLAG:
		if (chance_percent(chance, 50))
			add_flag(out, chance);
		else
			add_date(out, chance, KITH_DAY);
		return;
	default: break;
	}
	random_text(out, chance);
}
