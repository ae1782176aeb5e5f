#include "lib/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* snprintf may cut inside a UTF-8 character: step back to its start. */
static void end_at_character(char *text, size_t size, int wanted)
{
	if (wanted < (int)size)
		return;
	size_t end = size - 1;
	while (end > 0 && ((unsigned char)text[end - 1] & 0xC0) == 0x80)
		end--;
	if (end > 0 && (unsigned char)text[end - 1] >= 0xC0)
		end--;
	text[end] = '\0';
}

__attribute__((format(printf, 2, 0)))
static void write_message(struct kith_err *err, const char *format, va_list args)
{
	end_at_character(err->message, sizeof(err->message),
	                 vsnprintf(err->message, sizeof(err->message), format, args));
}

enum kith_code kith_fail(struct kith_err *err, enum kith_code code, const char *format, ...)
{
	if (!err)
		return code;
	err->code = code;
	err->hint[0] = '\0';
	va_list args;
	va_start(args, format);
	write_message(err, format, args);
	va_end(args);
	return code;
}

static const char *usual_way_out(int number)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT: return "free some disk space and try again; nothing was changed";
	case EACCES:
	case EPERM:  return "check who owns it and its permissions (ls -ld)";
	case EROFS:  return "the disk is read-only: remount it writable, or work on a copy of the store";
	case EMFILE:
	case ENFILE: return "too many open files: raise the limit (ulimit -n)";
	default:     return "";
	}
}

enum kith_code kith_fail_errno(struct kith_err *err, enum kith_code code, const char *format, ...)
{
	const int number = errno;
	if (!err)
		return code;
	err->code = code;
	va_list args;
	va_start(args, format);
	write_message(err, format, args);
	va_end(args);
	const size_t used = strlen(err->message);
	end_at_character(err->message + used, sizeof(err->message) - used,
	                 snprintf(err->message + used, sizeof(err->message) - used, ": %s", strerror(number)));
	kith_hint(err, "%s", usual_way_out(number));
	return code;
}

enum kith_code kith_within(struct kith_err *err, const char *format, ...)
{
	if (!err)
		return KITH_IO;
	char inner[sizeof(err->message)];
	memcpy(inner, err->message, sizeof(inner));
	va_list args;
	va_start(args, format);
	write_message(err, format, args);
	va_end(args);
	const size_t used = strlen(err->message);
	end_at_character(err->message + used, sizeof(err->message) - used,
	                 snprintf(err->message + used, sizeof(err->message) - used, ": %s", inner));
	return err->code;
}

enum kith_code kith_hint(struct kith_err *err, const char *format, ...)
{
	if (!err)
		return KITH_IO;
	va_list args;
	va_start(args, format);
	end_at_character(err->hint, sizeof(err->hint), vsnprintf(err->hint, sizeof(err->hint), format, args));
	va_end(args);
	return err->code;
}
