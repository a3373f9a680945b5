/*
 * gated_read.h - the record gate between a connection and libfcgi.
 *
 * libfcgi reads with OS_Read() (fcgios.h), through its procedure linkage table: the definition in
 * this program takes the place of its own. If it ever did not, gated_read_complete() would stay
 * false.
 */
#ifndef STOCKPILOT_SRC_FASTCGI_GATED_READ_H
#define STOCKPILOT_SRC_FASTCGI_GATED_READ_H

#include <stdbool.h>

/* From now on libfcgi reads a new request, for at most about twice FASTCGI_STALL_SECONDS. */
void gated_read_start(void);

/* Whether it has read all of it, and nothing else. */
bool gated_read_complete(void);

#endif
