/* One key from the terminal, without Enter. */
#ifndef KITH_KEY_H
#define KITH_KEY_H

enum { KITH_KEY_END = -1, KITH_KEY_INTERRUPT = 3, KITH_KEY_END_OF_INPUT = 4, KITH_KEY_ESCAPE = 27 };

/* Wait for a key on stdin, which is a terminal, and return its byte; what an arrow or function key sends behind its
 * first byte is thrown away.  Ctrl-C arrives as KITH_KEY_INTERRUPT.  The terminal is again as it was when this returns, also
 * when a signal ends the program.  KITH_KEY_END: nothing can be read any more. */
int kith_key_read(void);

#endif
