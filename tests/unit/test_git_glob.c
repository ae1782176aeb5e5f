#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/memory.h"
#include "lib/git/glob.h"
#include "sandbox.h"

static const char *const patterns[] = {
	"*",
	"*.yaml",
	"*.yml",
	"ana.yaml",
	"/ana.yaml",
	"contacts",
	"contacts/",
	"contacts/*",
	"/contacts/*",
	"contacts/**",
	"/contacts/**",
	"**/ana.yaml",
	"**/as/*",
	"contacts/**/ana.yaml",
	"a?a.yaml",
	"a*a*.y*l",
	"[a-c]na.yaml",
	"[!a]na.yaml",
	"[^b]na.yaml",
	"an[]a].yaml",
	"\\*.yaml",
	"a\\na.yaml",
	"**",
	"**/**",
	"*/as/*",
	"contacts/**/**/ana.yaml",
	"**/*",
	"/**/ana.yaml",
	"contacts/a*/ana.yaml",
	"?",
	"",
	"*/*",
	"*a",
	"con*/**",
	"**/as/**",
	"as/**",
	"[[:alpha:]]na.yaml",
};

static const char *const paths[] = {
	"ana.yaml",
	"contacts/ana.yaml",
	"contacts/as/ana.yaml",
	"contacts/as/x/ana.yaml",
	"contacts/tom.yml",
	"bna.yaml",
	"as/ana.yaml",
	"a]a.yaml",
	"*.yaml",
	"x/contacts/ana.yaml",
};

static void patterns_match_what_they_match_for_git(void **state)
{
	(void)state;
	sh("git init -q r");
	for (size_t i = 0; i < kith_count(patterns); i++) {
		KITH_BUF line = {0}, wanted = {0}, got = {0};
		kith_buf_addf(&line, "%s mark\n", patterns[i]);
		put("r/.gitattributes", line.text);
		for (size_t j = 0; j < kith_count(paths); j++) {
			const bool marked = kith_glob_matches(patterns[i], paths[j]);
			kith_buf_addf(&got, "%s: mark: %s\n", paths[j], marked ? "set" : "unspecified");
			kith_buf_add(&wanted, sh("git -C r check-attr mark -- '%s'", paths[j]));
		}
		if (strcmp(got.text, wanted.text) != 0)
			fail_msg("%s\ngot:\n%s\ngit:\n%s", patterns[i], got.text, wanted.text);
	}
}

static void a_hostile_pattern_takes_no_longer_than_others(void **state)
{
	(void)state;
	KITH_BUF pattern = {0}, path = {0};
	for (int i = 0; i < 2000; i++) {
		kith_buf_add(&pattern, i % 2 ? "**/" : "*a*a*a*b/");
		kith_buf_add(&path, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/");
	}
	kith_buf_add(&pattern, "x");
	kith_buf_add(&path, "y");
	assert_false(kith_glob_matches(pattern.text, path.text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(patterns_match_what_they_match_for_git, sandbox_enter, sandbox_leave),
		cmocka_unit_test(a_hostile_pattern_takes_no_longer_than_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
