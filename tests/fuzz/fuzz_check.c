/* Any bytes as a record (the first chooses the kind): each fault names a place in the file, in words that a person can
 * read and a terminal can show, and none of them is libyaml's. */
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/record.h"
#include "tests/fuzz/fuzz.h"

struct file {
	const char *text;
	size_t length;
};

/* Behind the end of the line that begins here: at a line feed, or a carriage return that stands alone.
 * The file's end if there is none. */
static size_t line_end(const struct file *file, size_t at)
{
	for (; at < file->length; at++)
		if (file->text[at] == '\n' || (file->text[at] == '\r' && (at + 1 == file->length || file->text[at + 1] != '\n')))
			return at + 1;
	return file->length;
}

/* Columns go to one behind the line's last character, lines to one behind the last line's end. */
static bool is_inside(const struct file *file, uint32_t line, uint32_t column)
{
	if (line == 0)
		return column == 0;
	size_t start = file->length >= 3 && memcmp(file->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0, end = line_end(file, start);
	for (uint32_t number = 1; number < line; number++, end = line_end(file, start)) {
		if (start == file->length)
			return false;
		start = end;
	}
	return column >= 1 && column <= kith_characters(file->text + start, end - start) + 1;
}

static bool is_printable(const char *text, bool keep_lines)
{
	KITH_BUF shown = {0};
	kith_printable(&shown, text, strlen(text), keep_lines);
	return strcmp(kith_buf_text(&shown), text) == 0;
}

/* Without what is quoted from the file: a file may say anything. */
static void check_words(const char *message)
{
	static const char *const words[] = {
		"while parsing", "while scanning", "did not find", "could not find", "expected", "simple key", "block mapping",
		"block collection", "block sequence", "flow mapping", "flow sequence", "directive", "token", "libyaml", "control characters",
	};
	const char *quote = strchr(message, '\''), *last = strrchr(message, '\'');
	KITH_BUF ours = {0};
	kith_buf_add_bytes(&ours, message, quote ? (size_t)(quote - message) : strlen(message));
	kith_buf_add(&ours, quote ? last : "");
	for (size_t i = 0; i < kith_count(words); i++)
		CHECK(!strstr(ours.text, words[i]));
}

static void check_fault(const struct kith_fault *fault, const struct file *file)
{
	CHECK(is_inside(file, fault->line, fault->column));
	CHECK(fault->line == 0 || fault->length >= 1);
	CHECK(*fault->message && fault->hint);
	CHECK(fault->message[strlen(fault->message) - 1] != '.');
	CHECK(is_printable(fault->message, false) && is_printable(fault->hint, false));
	check_words(fault->message);
	KITH_BUF shown = {0};
	kith_fault_print(&shown, "contacts/x.yaml", fault, file->text, file->length);
	CHECK(shown.length && shown.text[shown.length - 1] == '\n' && is_printable(shown.text, true));
	kith_buf_clear(&shown);
	kith_fault_print(&shown, "contacts/x.yaml", fault, NULL, 0);
	CHECK(shown.length && is_printable(shown.text, true));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (!length)
		return 0;
	/* A copy of exactly this size: reading past its end is seen. */
	char *source = malloc(length);
	const struct file file = {source, length - 1};
	memcpy(source, bytes + 1, file.length);
	KITH_ARENA arena = {0};
	struct kith_reading reading;
	kith_record_read(bytes[0] % (KITH_CONFIG + 1), "x", "contacts/x.yaml", source, file.length, &arena, &reading);
	CHECK(reading.readable || reading.faults.errors);
	uint32_t line = 0;
	for (size_t i = 0; i < reading.faults.count && i < 60; i++) {
		const struct kith_fault *fault = &reading.faults.list[i];
		check_fault(fault, &file);
		CHECK(i == 0 || fault->line >= line || reading.faults.left_out);
		line = fault->line;
	}
	free(source);
	return 0;
}
