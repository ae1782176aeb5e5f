/* The daemon's log: one line an event on stderr, in the past tense, facts as key=value.
 * Under journald each line starts with its syslog level; elsewhere with the time.  Record contents are
 * never logged; what is logged is made printable. */
#ifndef KITH_LOG_H
#define KITH_LOG_H

enum kith_level {
	KITH_ERROR = 3,   /* someone must act */
	KITH_WARNING = 4, /* handled, suspicious */
	KITH_INFO = 6,    /* state changed */
	KITH_DEBUG = 7,   /* everything else */
};

/* The most detailed level that is written.  Default KITH_INFO. */
void kith_log_to(enum kith_level most);
void kith_log(enum kith_level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
