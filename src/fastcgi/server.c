#include "stockpilot/fastcgi/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"

/* How long accepting rests when descriptors have run out. */
#define ACCEPT_PAUSE_MS 100

static enum error_kind check_listening(int listen_socket, struct error *error)
{
    int listening = 0;
    socklen_t size = sizeof listening;
    if (getsockopt(listen_socket, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
        listening == 0) {
        return error_set_cause(error, ERROR_INTERNAL,
                               "descriptor %d is no listening socket: this program is started by "
                               "spawn-fcgi, see stockpilot-api(8)",
                               listen_socket);
    }
    int flags = fcntl(listen_socket, F_GETFL);
    if (flags < 0 || fcntl(listen_socket, F_SETFL, flags | O_NONBLOCK) < 0) {
        return error_set_cause(error, ERROR_INTERNAL, "cannot make the socket non-blocking: %s",
                               strerror(errno));
    }
    return ERROR_NONE;
}

void fastcgi_source_watch(struct fastcgi_server *server, struct fastcgi_source *source, bool wanted)
{
    if (source->descriptor < 0 || wanted == source->watched) {
        return;
    }
    /* EPOLLEXCLUSIVE: one connection wakes one worker, not all of them. */
    struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = source };
    int operation = wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL;
    if (epoll_ctl(server->epoll, operation, source->descriptor, &event) == 0) {
        source->watched = wanted;
    }
}

/* The sources are in the epoll set exactly while a connection could be taken from them. */
static void watch_sources(struct fastcgi_server *server)
{
    bool room = server->used < server->maximum && clock_monotonic_ms() >= server->paused_until_ms;
    fastcgi_source_watch(server, &server->listener, room && !server->draining);
    fastcgi_source_watch(server, &server->passed, room && !server->leaving);
}

enum error_kind fastcgi_server_new(int listen_socket, unsigned maximum_connections,
                                   fastcgi_serve *serve, void *context,
                                   struct fastcgi_server **result, struct error *error)
{
    enum error_kind kind = check_listening(listen_socket, error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    /* Connections end in time with or without the peer's help; libfcgi's own pauses are not needed.
     */
    setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
    setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "0", 1);
    if (FCGX_Init() != 0) {
        return error_set_cause(error, ERROR_INTERNAL, "libfcgi cannot be initialised");
    }
    struct fastcgi_server *server =
        calloc(1, sizeof *server + maximum_connections * sizeof server->connections[0]);
    if (server == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the connections");
    }
    server->listener.descriptor = listen_socket;
    server->passed.descriptor = -1;
    server->pass_to = -1;
    server->maximum = maximum_connections;
    server->serve = serve;
    server->context = context;
    for (unsigned i = 0; i < maximum_connections; i++) {
        struct fastcgi_connection *connection = &server->connections[i];
        connection->server = server;
        connection->next_free = server->free_list;
        connection->request.ipcFd = -1;
        server->free_list = connection;
    }
    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (server->epoll < 0) {
        free(server);
        return error_set_cause(error, ERROR_INTERNAL, "epoll_create1: %s", strerror(errno));
    }
    *result = server;
    return ERROR_NONE;
}

void fastcgi_server_free(struct fastcgi_server *server)
{
    if (server == NULL) {
        return;
    }
    for (unsigned i = 0; i < server->maximum; i++) {
        if (server->connections[i].request.ipcFd >= 0) {
            server->connections[i].request.detached = 1;
            FCGX_Free(&server->connections[i].request, 1);
        }
    }
    close(server->epoll);
    free(server);
}

void fastcgi_connection_closed(struct fastcgi_connection *connection)
{
    struct fastcgi_server *server = connection->server;
    connection->next_free = server->free_list;
    server->free_list = connection;
    server->used--;
}

struct fastcgi_connection *fastcgi_connection_add(struct fastcgi_server *server, int descriptor)
{
    const struct timeval stall = { .tv_sec = FASTCGI_STALL_SECONDS };
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof stall);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof stall);

    struct fastcgi_connection *connection = server->free_list;
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
    if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) {
        close(descriptor);
        return NULL;
    }
    server->free_list = connection->next_free;
    server->used++;
    connection->since_round = server->round;
    connection->unwatched = false;
    /* No listening socket: when this connection ends, libfcgi finds nothing to accept and returns.
     */
    FCGX_InitRequest(&connection->request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
    connection->request.ipcFd = descriptor;
    /* FCGX_Accept_r begins by finishing the last request, and would close a connection not kept. */
    connection->request.keepConnection = 1;
    /* Close means close: no waiting for the peer to have read everything. */
    connection->request.detached = 1;
    return connection;
}

static void accept_some(struct fastcgi_server *server, int most)
{
    for (int i = 0; i < most && server->free_list != NULL; i++) {
        int descriptor = accept4(server->listener.descriptor, NULL, NULL, SOCK_CLOEXEC);
        if (descriptor >= 0) {
            (void)fastcgi_connection_add(server, descriptor);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            LOG(LOG_LEVEL_ERROR, "accept_failed", LOG_TEXT("reason", strerror(errno)),
                LOG_NUMBER("pause_ms", ACCEPT_PAUSE_MS));
            server->paused_until_ms = clock_monotonic_ms() + ACCEPT_PAUSE_MS;
        }
        return;
    }
}

static void serve_connection(struct fastcgi_server *server, struct fastcgi_connection *connection)
{
    server->serving = connection;
    server->serve(connection, server->context);
    server->serving = NULL;
    fastcgi_watch_again(server);
}

/* An event of this round: its connection may have been passed on meanwhile, while another was
 * served, and its place taken by one that has said nothing yet. */
static bool still_meant(const struct fastcgi_server *server,
                        const struct fastcgi_connection *connection)
{
    return connection->request.ipcFd >= 0 && connection->since_round != server->round;
}

/* One that was passed on has waited longer than what came to this worker just now, and goes first.
 * If it takes long the others are passed on in their turn, behind those that wait already: so each
 * is served in the order of its coming, whichever worker it came to. false: there is none. */
static bool serve_passed(struct fastcgi_server *server)
{
    struct fastcgi_connection *connection = fastcgi_take_passed(server);
    if (connection == NULL) {
        return false;
    }
    /* A worker that leaves passes on idle ones as well; reading from such a one would wait. */
    char next;
    if (recv(connection->request.ipcFd, &next, sizeof next, MSG_PEEK | MSG_DONTWAIT) >= 0) {
        serve_connection(server, connection);
    }
    return true;
}

/* New connections come last, and no more of them than requests were served: a worker that takes in
 * what it has no time for keeps others from it. */
static void handle_events(struct fastcgi_server *server, const struct epoll_event *events,
                          int count)
{
    bool connection_waits = false;
    bool passed_waits = false;
    int ready = 0;
    struct fastcgi_connection *own[EVENTS_PER_WAKE];
    for (int i = 0; i < count; i++) {
        const void *source = events[i].data.ptr;
        if (source == &server->listener) {
            connection_waits = true;
        } else if (source == &server->passed) {
            passed_waits = true;
        } else {
            own[ready++] = events[i].data.ptr;
        }
    }
    server->round++;
    passed_waits = passed_waits && serve_passed(server);
    int served = 0;
    for (int i = 0; i < ready; i++) {
        if (still_meant(server, own[i])) {
            serve_connection(server, own[i]);
            served++;
            passed_waits = passed_waits && serve_passed(server);
        }
    }
    if (connection_waits) {
        accept_some(server, served > 0 ? served : 1);
    }
}

enum error_kind fastcgi_server_run(struct fastcgi_server *server, int timeout_ms,
                                   const sigset_t *unblocked, struct error *error)
{
    watch_sources(server);
    if (server->paused_until_ms > clock_monotonic_ms() && timeout_ms > ACCEPT_PAUSE_MS) {
        timeout_ms = ACCEPT_PAUSE_MS;
    }
    struct epoll_event events[EVENTS_PER_WAKE];
    int count = epoll_pwait(server->epoll, events, EVENTS_PER_WAKE, timeout_ms, unblocked);
    if (count < 0) {
        return errno == EINTR
                   ? ERROR_NONE
                   : error_set_cause(error, ERROR_INTERNAL, "epoll_pwait: %s", strerror(errno));
    }
    handle_events(server, events, count);
    return ERROR_NONE;
}

void fastcgi_server_drain(struct fastcgi_server *server)
{
    server->draining = true;
    watch_sources(server);
}

unsigned fastcgi_server_connections(const struct fastcgi_server *server)
{
    return server->used;
}
