#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/text.h"

/* What a function appends is compared behind a text that must stay. */
#define BEFORE "before:"

static void assert_appended(const struct kith_buf *out, const char *wanted)
{
	assert_memory_equal(out->text, BEFORE, strlen(BEFORE));
	assert_string_equal(out->text + strlen(BEFORE), wanted);
	assert_int_equal(out->length, strlen(out->text));
}

struct pair {
	const char *text, *wanted;
};

static void check_fold(const char *text, const char *wanted)
{
	KITH_BUF out = {0};
	kith_buf_add(&out, BEFORE);
	kith_fold(&out, text, strlen(text));
	assert_appended(&out, wanted);

	KITH_BUF again = {0};
	kith_buf_add(&again, BEFORE);
	kith_fold(&again, wanted, strlen(wanted));
	assert_appended(&again, wanted);
}

static void maria_finds_the_accented_name(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "María", "maria" },
		{ "MARI\xCC\x81" "A", "maria" }, /* the accent apart */
		{ "Straße", "strasse" },
		{ "STRASSE", "strasse" },
		{ "Łódź", "lodz" },
		{ "Đặng Thị Hà", "dang thi ha" },
		{ "Søren Ærø", "soren aero" },
		{ "Œuvre", "oeuvre" },
		{ "Þór Guðmundsson", "thor gudmundsson" },
		{ "İstanbul", "istanbul" },
		{ "ısırgan", "isirgan" },
		{ "ĦAMRUN", "hamrun" },
		{ "Йосип", "иосип" },
		{ "ΣΊΣΥΦΟΣ", "σισυφοσ" },
		{ "Ａｎａ ﬁne", "ana fine" },
		{ "O’Brien–Smith", "o'brien-smith" },
		{ "co\xC2\xADoperate", "cooperate" }, /* a soft hyphen */
		{ "ﷺ", "صلى الله عليه وسلم" },        /* the longest decomposition */
	};
	for (size_t i = 0; i < kith_count(pairs); i++)
		check_fold(pairs[i].text, pairs[i].wanted);
}

static void folding_makes_white_space_single(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "", "" },
		{ " \t\r\n", "" },
		{ "  a \t\n b  ", "a b" },
		{ "a\xC2\xA0\xE3\x80\x80" "b", "a b" }, /* no-break and ideographic space */
		{ "a\xE2\x80\xA8", "a" },
		{ "é é ", "e e" },
		{ "\x01" "a\x7F" "b", "a b" },
		{ "\xFF" "a\xC3", "a" }, /* no UTF-8 */
		{ "a\xED\xA0\x80" "b", "a b" },
	};
	for (size_t i = 0; i < kith_count(pairs); i++)
		check_fold(pairs[i].text, pairs[i].wanted);
}

static void hangul_stays_one_character_a_syllable(void **state)
{
	(void)state;
	check_fold("한국", "한국");
	check_fold("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "한");
	static const char *const alone[] = { "\xE1\x85\xA1", "a\xE1\x85\xA1", "abc\xE1\x85\xA1", "田\xE1\x85\xA1",
		                             "한\xE1\x86\xAB" }; /* nothing to join to */
	for (size_t i = 0; i < kith_count(alone); i++)
		check_fold(alone[i], alone[i]);
}

static void folding_takes_bytes_up_to_the_length(void **state)
{
	(void)state;
	KITH_BUF out = {0};
	kith_fold(&out, "ANA\0B", 5);
	assert_string_equal(out.text, "ana b");
}

static void every_character_folds_to_what_folds_to_itself(void **state)
{
	(void)state;
	KITH_BUF text = {0}, once = {0}, twice = {0};
	for (unsigned c = 0x80; c < 0x30000; c++) {
		if (c >= 0xD800 && c < 0xE000)
			continue;
		kith_buf_clear(&text);
		if (c >= 0x10000)
			kith_buf_addf(&text, "%c%c", 0xF0 | (int)(c >> 18), 0x80 | (int)(c >> 12 & 0x3F));
		else if (c >= 0x800)
			kith_buf_addf(&text, "%c", 0xE0 | (int)(c >> 12));
		if (c >= 0x800)
			kith_buf_addf(&text, "%c%c", 0x80 | (int)(c >> 6 & 0x3F), 0x80 | (int)(c & 0x3F));
		else
			kith_buf_addf(&text, "%c%c", 0xC0 | (int)(c >> 6), 0x80 | (int)(c & 0x3F));
		kith_buf_clear(&once);
		kith_fold(&once, text.text, text.length);
		kith_buf_clear(&twice);
		kith_fold(&twice, kith_buf_text(&once), once.length);
		assert_string_equal(kith_buf_text(&twice), kith_buf_text(&once));
		assert_true(kith_is_utf8(kith_buf_text(&once), once.length, NULL));
	}
}

static void words_are_letters_and_digits(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "", "" },
		{ "...", "" },
		{ "ana silva", "ana silva" },
		{ "--ana, (silva)!", "ana silva" },
		{ "ana@example.com", "ana example com" },
		{ "o'brien", "o brien" },
		{ "+34 600-12", "34 600 12" },
		{ "田中花子", "田 中 花 子" },
		{ "abc田中def", "abc 田 中 def" },
		{ "ひらカナー", "ひ ら カ ナ ー" },
		{ "한국 사람", "한 국 사 람" },
		{ "佐々木", "佐 々 木" },
		{ "иван—петр", "иван петр" },
		{ "\xFF" "a\xFF" "b", "a b" },
		{ "🙂ok🙂", "ok" },
	};
	for (size_t i = 0; i < kith_count(pairs); i++) {
		KITH_BUF out = {0};
		kith_buf_add(&out, BEFORE);
		kith_fold_words(&out, pairs[i].text, strlen(pairs[i].text));
		assert_appended(&out, pairs[i].wanted);
	}
}

static void words_are_found_whole_and_the_last_as_a_start(void **state)
{
	(void)state;
	static const struct {
		const char *text, *wanted;
		bool prefix, whole;
	} cases[] = {
		{ "ana maria silva", "maria", true, true },
		{ "ana maria silva", "mar", true, false },
		{ "ana maria silva", "aria", false, false },
		{ "ana maria silva", "maria sil", true, false },
		{ "ana maria silva", "ana silva", false, false },
		{ "anam ana", "ana", true, true }, /* not the first place it stands at */
		{ "banana ana", "ana", true, true },
		{ "ana", "ana b", false, false },
		{ "田 中 花 子", "中", true, true },
		{ "田 中 花 子", "中 花", true, true },
		{ "ana", "", true, true },
		{ "", "", true, true },
		{ "", "a", false, false },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		assert_int_equal(kith_has_words(cases[i].text, cases[i].wanted, false), cases[i].prefix);
		assert_int_equal(kith_has_words(cases[i].text, cases[i].wanted, true), cases[i].whole);
	}
}

static void broken_utf8_is_found_where_it_begins(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int bad; /* -1: none */
	} cases[] = {
		{ "", -1 },
		{ "plain", -1 },
		{ "a text of ASCII that is longer than the words it is read in", -1 },
		{ "a text of ASCII that is longer than the words \xFF", 46 },
		{ "é田🙂", -1 },
		{ "\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF", -1 },
		{ "\x80", 0 },
		{ "a\xC0\x80", 1 },         /* overlong */
		{ "a\xC1\xBF", 1 },
		{ "\xE0\x9F\xBF", 0 },
		{ "\xF0\x8F\xBF\xBF", 0 },
		{ "ab\xED\xA0\x80", 2 },    /* surrogate */
		{ "\xF4\x90\x80\x80", 0 },  /* above U+10FFFF */
		{ "\xF5\x80\x80\x80", 0 },
		{ "\xC3", 0 },              /* cut */
		{ "é\xE2\x82", 2 },
		{ "\xF0\x9F\x99", 0 },
		{ "\xC3(", 0 },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		size_t bad = 999;
		assert_int_equal(kith_is_utf8(cases[i].text, strlen(cases[i].text), &bad), cases[i].bad < 0);
		assert_int_equal(bad, cases[i].bad < 0 ? 999 : cases[i].bad);
	}
	assert_true(kith_is_utf8("a\0b", 3, NULL));
	assert_false(kith_is_utf8("é", 1, NULL));
}

static void characters_are_counted_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(kith_characters("", 0), 0);
	assert_int_equal(kith_characters("aé田🙂", 10), 4);
	assert_int_equal(kith_characters("aé田🙂", 3), 2);
}

static void width_is_that_of_what_is_seen(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
		{ "", 0 },
		{ "Ana", 3 },
		{ "María", 5 },
		{ "e\xCC\x81", 1 },
		{ "田中", 4 },
		{ "한", 2 },
		{ "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2 },
		{ "👨‍👩‍👧‍👦", 2 },
		{ "❤️", 2 },
		{ "1️⃣", 2 },
		{ "👍🏽", 2 },
		{ "🏳️‍🌈", 2 },
		{ "🇪🇸", 2 },
		{ "🇪🇸🇫🇷x", 5 },
		{ "\xFF", 1 },
		{ "a\xCC\x81\xFF" "b", 3 },
		{ "\n\t", 0 },
	};
	for (size_t i = 0; i < kith_count(cases); i++)
		assert_int_equal(kith_width(cases[i].text, strlen(cases[i].text)), cases[i].width);
}

static void clipped_text_fits_and_says_that_it_was_cut(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t columns;
		const char *wanted;
	} cases[] = {
		{ "Ana Silva", 9, "Ana Silva" },
		{ "Ana Silva", 8, "Ana Sil…" },
		{ "Ana Silva", 1, "…" },
		{ "Ana Silva", 0, "" },
		{ "", 0, "" },
		{ "田中花子", 8, "田中花子" },
		{ "田中花子", 7, "田中花…" },
		{ "田中花子", 6, "田中…" }, /* half a character is not left */
		{ "👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3, "👨‍👩‍👧‍👦…" },
		{ "e\xCC\x81" "bc", 2, "e\xCC\x81…" },
		{ "e\xCC\x81", 1, "e\xCC\x81" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF out = {0};
		kith_buf_add(&out, BEFORE);
		kith_clip(&out, cases[i].text, cases[i].columns);
		assert_appended(&out, cases[i].wanted);
		assert_true(kith_width(cases[i].wanted, strlen(cases[i].wanted)) <= cases[i].columns);
	}
}

static void printable_text_cannot_steer_a_terminal(void **state)
{
	(void)state;
	static const struct {
		const char *text, *line, *lines;
	} cases[] = {
		{ "Ana é 田", "Ana é 田", "Ana é 田" },
		{ "\x1B[31mred", "\xEF\xBF\xBD[31mred", "\xEF\xBF\xBD[31mred" },
		{ "a\x7F\xC2\x9B" "b", "a\xEF\xBF\xBD\xEF\xBF\xBD" "b", "a\xEF\xBF\xBD\xEF\xBF\xBD" "b" },
		{ "a\nb\tc", "a b c", "a\nb\tc" },
		{ "a\r\nb", "a b", "a\nb" },
		{ "a\rb", "a\xEF\xBF\xBD" "b", "a\xEF\xBF\xBD" "b" },
		{ "\xE2\x80\xAE" "x\xE2\x81\xA6", "\xEF\xBF\xBDx\xEF\xBF\xBD", "\xEF\xBF\xBDx\xEF\xBF\xBD" },
		{ "a\xE2\x80\xA8" "b", "a b", "a\xE2\x80\xA8" "b" },
		{ "\xFF\xC3", "\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "👨‍👩", "👨‍👩", "👨‍👩" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF line = {0}, lines = {0};
		kith_buf_add(&line, BEFORE);
		kith_buf_add(&lines, BEFORE);
		kith_printable(&line, cases[i].text, strlen(cases[i].text), false);
		kith_printable(&lines, cases[i].text, strlen(cases[i].text), true);
		assert_appended(&line, cases[i].line);
		assert_appended(&lines, cases[i].lines);
	}
	KITH_BUF nul = {0};
	kith_printable(&nul, "a\0b", 3, true);
	assert_string_equal(nul.text, "a\xEF\xBF\xBD" "b");
}

static void a_quoted_text_is_short_and_printable(void **state)
{
	(void)state;
	KITH_BUF out = {0};
	kith_quote(&out, "a\nb");
	kith_quote(&out, "");
	assert_string_equal(out.text, "'a b'''");
	kith_buf_clear(&out);
	kith_quote(&out, "0123456789012345678901234567890123456789012345678901234567890123456789");
	assert_string_equal(out.text, "'01234567890123456789012345678901234567890123456789012345678…'");
}

static void marks_are_put_together(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "", "" },
		{ "Ana", "Ana" },
		{ "é", "é" },
		{ "e\xCC\x81", "é" },
		{ "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "한" },
		{ "\xE2\x84\xAB", "Å" }, /* the sign Ångström */
		{ "ﬁ", "ﬁ" },
		{ "e\xCC\x81\xFF", "e\xCC\x81\xFF" }, /* no UTF-8: as it is */
	};
	for (size_t i = 0; i < kith_count(pairs); i++) {
		KITH_BUF out = {0};
		kith_buf_add(&out, BEFORE);
		kith_nfc(&out, pairs[i].text, strlen(pairs[i].text));
		assert_appended(&out, pairs[i].wanted);
	}
}

static void ids_are_small_letters_digits_and_inner_dashes(void **state)
{
	(void)state;
	static const char *const good[] = { "ana", "ana-silva", "2026-11-21-ana-silva-k3vx", "a", "7", "田中", "josé",
		                            "йосип", "प्रिया", "ana--silva", "中-a" };
	static const char *const bad[] = { "", "-", "-ana", "ana-", "Ana", "ana silva", "ana_silva", "ana.silva", "ana/silva",
		                           "e\xCC\x81", "É", "ǅ", "\xCC\x81" "a", "a-\xCC\x81", "ana\xFF", "½",
		                           "a\xE2\x80\x8D" "b", "a\xEF\xB8\x8F", "\xE3\x85\xA4", "🙂", "\xE2\x84\xAB",
		                           "𝐀" };
	for (size_t i = 0; i < kith_count(good); i++)
		assert_true(kith_is_id(good[i], strlen(good[i])));
	for (size_t i = 0; i < kith_count(bad); i++)
		assert_false(kith_is_id(bad[i], strlen(bad[i])));
	char text[201];
	memset(text, 'a', sizeof(text));
	assert_true(kith_is_id(text, 200));
	assert_false(kith_is_id(text, 201));
	assert_false(kith_is_id("a\0b", 3));
}

static void a_name_suggests_its_id(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "Ana María Silva", "ana-maria-silva" },
		{ "  St. John -- Smith (jr.) ", "st-john-smith-jr" },
		{ "O'Brien", "obrien" },
		{ "O’Brien", "obrien" },
		{ "Łódź Straße", "lodz-strasse" },
		{ "Zoe\xCC\x88", "zoe" },
		{ "x\xCC\x82y", "xy" }, /* no such letter: the mark goes */
		{ "田中 花子", "田中-花子" },
		{ "Йосип", "йосип" },
		{ "И\xCC\x86осип", "йосип" },
		{ "がぎ", "がぎ" },
		{ "प्रिया", "प्रिया" },
		{ "علی\xE2\x80\x8Cرضا", "علیرضا" },
		{ "Ａｎａ ﬁne", "ana-fine" },
		{ "Group #7", "group-7" },
		{ "...", "" },
		{ "", "" },
		{ "🙂", "" },
		{ "\xFF" "ana\xFFsilva", "ana-silva" },
	};
	for (size_t i = 0; i < kith_count(pairs); i++) {
		KITH_BUF out = {0};
		kith_buf_add(&out, BEFORE);
		kith_slug(&out, pairs[i].text);
		assert_appended(&out, pairs[i].wanted);
		assert_int_equal(kith_is_id(pairs[i].wanted, strlen(pairs[i].wanted)), *pairs[i].wanted != '\0');
	}
}

static void a_long_name_is_cut_to_an_id(void **state)
{
	(void)state;
	static const char *const parts[] = { "a", "田", "ana silva ", "é", "プ" };
	for (size_t i = 0; i < kith_count(parts); i++) {
		KITH_BUF name = {0}, id = {0};
		for (int times = 0; times < 300; times++)
			kith_buf_add(&name, parts[i]);
		kith_slug(&id, name.text);
		assert_in_range(id.length, 190, 200);
		assert_true(kith_is_id(id.text, id.length));
	}
}

static void edits_count_what_a_typist_does(void **state)
{
	(void)state;
	static const struct {
		const char *one, *other;
		unsigned limit, edits;
	} cases[] = {
		{ "", "", 3, 0 },
		{ "", "abc", 3, 3 },
		{ "kitten", "sitting", 5, 3 },
		{ "birthday", "birthady", 2, 1 }, /* neighbours swapped */
		{ "ab", "ba", 0, 1 },
		{ "ca", "abc", 5, 3 },            /* optimal string alignment */
		{ "josé", "jose", 2, 1 },
		{ "田中", "田口", 2, 1 },
		{ "abcdef", "uvwxyz", 2, 3 },     /* limit + 1 */
		{ "abc", "abcdefgh", 2, 3 },
		{ "\xFF", "a", 2, 1 },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		assert_int_equal(kith_edits(cases[i].one, cases[i].other, cases[i].limit), cases[i].edits);
		assert_int_equal(kith_edits(cases[i].other, cases[i].one, cases[i].limit), cases[i].edits);
	}
}

static void the_nearest_word_is_meant(void **state)
{
	(void)state;
	static const char *const words[] = { "birthday", "email", "phone", "to", "José", "bright" };
	static const struct pair pairs[] = {
		{ "birthdya", "birthday" },
		{ "emial", "email" },
		{ "EMAIL", "email" },
		{ "jose", "José" },
		{ "t", NULL }, /* no letter of it would have to be right */
		{ "ot", "to" },
		{ "xy", NULL },
		{ "cadence", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < kith_count(pairs); i++) {
		const char *found = kith_did_you_mean(pairs[i].text, words, kith_count(words));
		if (pairs[i].wanted)
			assert_string_equal(found, pairs[i].wanted);
		else
			assert_null(found);
	}
	assert_null(kith_did_you_mean("a", NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maria_finds_the_accented_name),
		cmocka_unit_test(folding_makes_white_space_single),
		cmocka_unit_test(hangul_stays_one_character_a_syllable),
		cmocka_unit_test(folding_takes_bytes_up_to_the_length),
		cmocka_unit_test(every_character_folds_to_what_folds_to_itself),
		cmocka_unit_test(words_are_letters_and_digits),
		cmocka_unit_test(words_are_found_whole_and_the_last_as_a_start),
		cmocka_unit_test(broken_utf8_is_found_where_it_begins),
		cmocka_unit_test(characters_are_counted_not_bytes),
		cmocka_unit_test(width_is_that_of_what_is_seen),
		cmocka_unit_test(clipped_text_fits_and_says_that_it_was_cut),
		cmocka_unit_test(printable_text_cannot_steer_a_terminal),
		cmocka_unit_test(a_quoted_text_is_short_and_printable),
		cmocka_unit_test(marks_are_put_together),
		cmocka_unit_test(ids_are_small_letters_digits_and_inner_dashes),
		cmocka_unit_test(a_name_suggests_its_id),
		cmocka_unit_test(a_long_name_is_cut_to_an_id),
		cmocka_unit_test(edits_count_what_a_typist_does),
		cmocka_unit_test(the_nearest_word_is_meant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
