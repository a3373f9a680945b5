/*
 * held_write.h - an answer goes out in one piece. libfcgi writes each 8 kB as it has them, and each
 * of these would wake nginx. Only for src/fastcgi.
 */
#ifndef STOCKPILOT_SRC_FASTCGI_HELD_WRITE_H
#define STOCKPILOT_SRC_FASTCGI_HELD_WRITE_H

#include <stdbool.h>

/* From here on what libfcgi writes is kept, up to HELD_WRITE_SIZE bytes at a time. */
#define HELD_WRITE_SIZE 65536
void held_write_begin(void);

/* Writes what is left to the connection. false: it could not be, and the connection is of no use.
 */
bool held_write_end(int connection);

#endif
