/* Error codes, the error a failing function fills, and the programs' exit
 * codes: the one place for all three. */
#ifndef KITH_ERROR_H
#define KITH_ERROR_H

/* What went wrong, coarse enough for a caller to act on.  The values are the
 * exit codes of both programs. */
enum kith_code {
	KITH_OK = 0,
	KITH_NONE = 1,      /* nothing found */
	KITH_USAGE = 2,     /* wrong options, a query that cannot be read, an ambiguous name */
	KITH_FAULTY = 3,    /* records with faults */
	KITH_CONFLICT = 4,  /* conflicts wait for a person */
	KITH_SYNC = 5,      /* git, sync or the daemon */
	KITH_IO = 6,        /* a file, folder or disk */
	KITH_STOPPED = 130, /* interrupted */
};

/* One failure, in words.  Texts that do not fit are cut at a character. */
struct kith_err {
	enum kith_code code;
	char message[1024]; /* what happened, without "error:" and full stop */
	char hint[512];     /* what to do about it; may be empty */
};

/* Fill err (which may be NULL) and return code.  Clears an earlier hint. */
enum kith_code kith_fail(struct kith_err *err, enum kith_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, for a failed system call: appends ": " and the words of errno,
 * and a hint where errno has a usual way out (ENOSPC, EACCES, EROFS, EMFILE). */
enum kith_code kith_fail_errno(struct kith_err *err, enum kith_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Put "format: " in front of the message; returns err's code. */
enum kith_code kith_within(struct kith_err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Set the hint; returns err's code. */
enum kith_code kith_hint(struct kith_err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
