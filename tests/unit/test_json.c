#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/json.h"

static void write_document(struct kith_json *json)
{
	kith_json_object(json);
	kith_json_key_int(json, "version", 1);
	kith_json_key(json, "people");
	kith_json_array(json);
	kith_json_object(json);
	kith_json_key_string(json, "id", "ana");
	kith_json_key_string(json, "city", NULL);
	kith_json_key_bool(json, "private", false);
	kith_json_end_object(json);
	kith_json_array(json);
	kith_json_end_array(json);
	kith_json_string(json, "x");
	kith_json_int(json, INT64_MIN);
	kith_json_bool(json, true);
	kith_json_null(json);
	kith_json_end_array(json);
	kith_json_key(json, "none");
	kith_json_object(json);
	kith_json_end_object(json);
	kith_json_key_int(json, "last", -7);
	kith_json_end_object(json);
}

static void commas_stand_between_members(void **state)
{
	(void)state;
	KITH_BUF out = {0};
	struct kith_json json = { .out = &out };
	write_document(&json);
	assert_string_equal(out.text, "{\"version\":1,\"people\":[{\"id\":\"ana\",\"city\":null,\"private\":false},[],\"x\","
	                              "-9223372036854775808,true,null],\"none\":{},\"last\":-7}");
	assert_int_equal(json.depth, 0);
}

static void indented_output_has_a_line_a_member(void **state)
{
	(void)state;
	KITH_BUF out = {0};
	struct kith_json json = { .out = &out, .indent = true };
	write_document(&json);
	assert_string_equal(out.text, "{\n"
	                              "  \"version\": 1,\n"
	                              "  \"people\": [\n"
	                              "    {\n"
	                              "      \"id\": \"ana\",\n"
	                              "      \"city\": null,\n"
	                              "      \"private\": false\n"
	                              "    },\n"
	                              "    [],\n"
	                              "    \"x\",\n"
	                              "    -9223372036854775808,\n"
	                              "    true,\n"
	                              "    null\n"
	                              "  ],\n"
	                              "  \"none\": {},\n"
	                              "  \"last\": -7\n"
	                              "}");
}

static void strings_are_escaped(void **state)
{
	(void)state;
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "", "\"\"" },
		{ "Ana é 田 🙂", "\"Ana é 田 🙂\"" },
		{ "\"\\/", "\"\\\"\\\\/\"" },
		{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
		{ "\x01\x1F\x7F", "\"\\u0001\\u001f\\u007f\"" },
		{ "\xC2\x9B\xE2\x80\xAE", "\"\\u009b\\u202e\"" },
		{ "a\xFF\xC3(", "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\"" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF out = {0}, key = {0};
		struct kith_json json = { .out = &out }, object = { .out = &key };
		kith_json_string(&json, cases[i].text);
		assert_string_equal(out.text, cases[i].wanted);
		kith_json_object(&object);
		kith_json_key_int(&object, cases[i].text, 1);
		kith_json_end_object(&object);
		KITH_BUF wanted = {0};
		kith_buf_addf(&wanted, "{%s:1}", cases[i].wanted);
		assert_string_equal(key.text, wanted.text);
	}
}

static void containers_nest_sixty_deep(void **state)
{
	(void)state;
	enum { DEPTH = 60 };
	KITH_BUF out = {0};
	struct kith_json json = { .out = &out };
	for (int i = 0; i < DEPTH; i++)
		kith_json_array(&json);
	kith_json_int(&json, 1);
	kith_json_int(&json, 2);
	for (int i = 0; i < DEPTH; i++)
		kith_json_end_array(&json);
	assert_int_equal(out.length, 2 * DEPTH + 3);
	assert_memory_equal(out.text + DEPTH, "1,2", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_stand_between_members),
		cmocka_unit_test(indented_output_has_a_line_a_member),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(containers_nest_sixty_deep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
