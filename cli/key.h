/* One key from the terminal, without Enter. */
#ifndef KITH_KEY_H
#define KITH_KEY_H

enum { KITH_KEY_END = -1, KITH_KEY_OTHER = 0, KITH_KEY_INTERRUPT = 3, KITH_KEY_END_OF_INPUT = 4, KITH_KEY_ESCAPE = 27 };

/* Have stdin, which is a terminal, give keys as they are typed and not show them, from before the question on: what is typed as soon as
 * that appears is a key like any other.  A signal that ends the program gives the terminal back as it was. */
void kith_key_begin(void);
/* Wait for a key and return its byte; KITH_KEY_OTHER for an arrow or a function key, which send several.  Ctrl-C arrives as
 * KITH_KEY_INTERRUPT.  KITH_KEY_END: nothing can be read any more. */
int kith_key_read(void);
/* The terminal is as it was. */
void kith_key_end(void);

#endif
