/*
 * exchange.h - handing a connection from one worker to whichever is free: a packet on a socket that
 * all workers of a pool share, with the descriptor in it. unix(7), SCM_RIGHTS. Only for
 * src/fastcgi.
 *
 * What has been sent and not taken yet lives in the socket, and so as long as the pool does,
 * whatever becomes of the worker that sent it.
 */
#ifndef STOCKPILOT_SRC_FASTCGI_EXCHANGE_H
#define STOCKPILOT_SRC_FASTCGI_EXCHANGE_H

#include <stdbool.h>

#include "stockpilot/error/error.h"

/* false: there is no room, and the connection stays ours. */
MUST_CHECK bool exchange_send(int exchange, int connection);

/* The next connection, or -1 when there is none. */
int exchange_receive(int exchange);

#endif
