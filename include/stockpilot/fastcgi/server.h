/*
 * server.h - FastCGI on a listening unix socket, connections kept, one request at a time.
 *
 * nginx keeps its connections open, and a worker that waited inside libfcgi for the next request on
 * one of them would serve nobody else. So each kept connection has its own FCGX_Request, and one
 * epoll set holds the listening socket and all of them. This module accepts connections itself and
 * hands libfcgi only ones that have something to read (docs/decisions/kept-connections.md).
 *
 * Connections are closed by nginx (keepalive_timeout, keepalive_time), not from here: a request
 * that nginx is just sending would be lost. A draining server stops accepting and goes on serving
 * until nginx has let go.
 *
 * A peer that stalls in the middle of a record is given FASTCGI_STALL_SECONDS, then cut off.
 */
#ifndef STOCKPILOT_FASTCGI_SERVER_H
#define STOCKPILOT_FASTCGI_SERVER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/error/error.h"
#include "stockpilot/http/request.h"
#include "stockpilot/http/response.h"
#include "stockpilot/memory/arena.h"

#define FASTCGI_STALL_SECONDS 5

struct fastcgi_server;
struct fastcgi_connection;

/* What the server calls with a connection that has a request, or its end, to read. The callee calls
 * fastcgi_receive(), and fastcgi_send() or fastcgi_abandon() if that gave a request. */
typedef void fastcgi_serve(struct fastcgi_connection *connection, void *context);

/*
 * listen_socket: usually 0. It is made non-blocking. ERROR_INTERNAL with error->cause when it is no
 * listening socket (the program was started by hand, not by spawn-fcgi) or memory is short.
 */
MUST_CHECK enum error_kind fastcgi_server_new(int listen_socket, unsigned maximum_connections,
                                              fastcgi_serve *serve, void *context,
                                              struct fastcgi_server **server, struct error *error);
void fastcgi_server_free(struct fastcgi_server *server);

/*
 * Waits for connections and requests, with `unblocked` as the signal mask meanwhile, and serves
 * what came. Returns after each round, or when a signal came. ERROR_INTERNAL when waiting itself
 * failed; when the process is out of descriptors it pauses accepting rather than spin.
 */
MUST_CHECK enum error_kind fastcgi_server_run(struct fastcgi_server *server, int timeout_ms,
                                              const sigset_t *unblocked, struct error *error);

/* Stop accepting; kept connections go on. */
void fastcgi_server_drain(struct fastcgi_server *server);

/*
 * Lets this server pass connections on to others, and take theirs. The descriptors are the two ends
 * of a pair of SOCK_SEQPACKET sockets that all workers of a pool have; passed is non-blocking, and
 * both stay the caller's.
 */
void fastcgi_server_exchange(struct fastcgi_server *server, int pass_to, int passed);

/*
 * For a request that takes long, from within fastcgi_serve: others shall not wait behind it. Takes
 * no more connections until it is done, and gives a descriptor that can be read when another of
 * this server's connections has a request: fastcgi_server_pass_on_waiting() then leaves that to a
 * worker that is free. -1: there are no others.
 */
int fastcgi_server_step_aside(struct fastcgi_server *server);
void fastcgi_server_pass_on_waiting(struct fastcgi_server *server);

/* Passes all connections on, and drains what could not be. */
void fastcgi_server_leave(struct fastcgi_server *server);

unsigned fastcgi_server_connections(const struct fastcgi_server *server);

/*
 * Reads one request. false: there is none (the peer closed, or broke the protocol) and the
 * connection is dealt with. A body over maximum_body is read and thrown away, so that the
 * connection stays usable. A body shorter than announced means the client is gone: false, and
 * nothing may happen (AC-47).
 */
MUST_CHECK bool fastcgi_receive(struct fastcgi_connection *connection, struct arena *arena,
                                size_t maximum_body, struct http_request *request);

/* Sends the answer, with all its pieces, and ends the request. without_body: HEAD. */
void fastcgi_send(struct fastcgi_connection *connection, struct http_response *response,
                  bool without_body);

/* Ends the request without an answer and closes the connection. */
void fastcgi_abandon(struct fastcgi_connection *connection);

#endif
