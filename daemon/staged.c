#include "daemon/staged.h"

#include <stdio.h>
#include <string.h>

#include "lib/git/repo.h"
#include "lib/git/staged.h"
#include "lib/record/past.h"
#include "lib/store/store.h"

static enum kith_code print(const struct kith_buf *text, struct kith_err *err)
{
	const bool done = fwrite(kith_buf_text(text), 1, text->length, stdout) == text->length && fflush(stdout) == 0;
	return done ? KITH_OK : kith_fail_errno(err, KITH_IO, "cannot write to standard output");
}

enum kith_code kith_staged_print(const struct kith_store *store, struct kith_err *err)
{
	KITH_ARENA arena = {0};
	KITH_BUF text = {0};
	struct kith_past_commit staged = {.id = "0000000000000000000000000000000000000000", .author = "", .email = "", .subject = ""};
	enum kith_code code = kith_git_start(err);
	if (code != KITH_OK)
		return code;
	code = kith_staged_read(store->root, &arena, &staged, err);
	kith_git_stop();
	if (code != KITH_OK)
		return code;
	kith_past_tell_commit(&text, &staged);
	kith_past_tell_end(&text, KITH_PAST_LIMIT);
	return print(&text, err);
}

enum kith_code kith_hook_run(const struct kith_options *options, struct kith_err *err)
{
	KITH_BUF what = {0};
	enum kith_code code = kith_git_start(err);
	if (code != KITH_OK)
		return code;
	code = strcmp(options->hook, "make") == 0 ? kith_hook_make(options->folder, &what, err)
	                                          : kith_hook_remove(options->folder, &what, err);
	kith_git_stop();
	if (code != KITH_OK)
		return code;
	kith_buf_add_char(&what, '\n');
	return print(&what, err);
}
