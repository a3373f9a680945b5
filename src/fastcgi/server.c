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

/* Several a wake keep the queue short under load; few enough leave some for idle workers. */
#define ACCEPTS_PER_WAKE 4
#define EVENTS_PER_WAKE 32

/* How long accepting rests when descriptors have run out. */
#define ACCEPT_PAUSE_MS 100

struct fastcgi_server {
    int listen_socket;
    int epoll;
    unsigned maximum;
    unsigned used;
    bool draining;
    bool listening; /* the listening socket is in the epoll set */
    int64_t paused_until_ms;
    fastcgi_serve *serve;
    void *context;
    struct fastcgi_connection *free_list;
    struct fastcgi_connection connections[];
};

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

/* Keeps the listening socket in the epoll set exactly while a connection could be taken. */
static void watch_listener(struct fastcgi_server *server)
{
    bool wanted = !server->draining && server->used < server->maximum &&
                  clock_monotonic_ms() >= server->paused_until_ms;
    if (wanted == server->listening) {
        return;
    }
    /* EPOLLEXCLUSIVE: one connection wakes one worker, not all of them. */
    struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = NULL };
    int operation = wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL;
    if (epoll_ctl(server->epoll, operation, server->listen_socket, &event) == 0) {
        server->listening = wanted;
    }
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
    server->listen_socket = listen_socket;
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

static void add_connection(struct fastcgi_server *server, int descriptor)
{
    const struct timeval stall = { .tv_sec = FASTCGI_STALL_SECONDS };
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof stall);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof stall);

    struct fastcgi_connection *connection = server->free_list;
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
    if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) {
        close(descriptor);
        return;
    }
    server->free_list = connection->next_free;
    server->used++;
    /* No listening socket: when this connection ends, libfcgi finds nothing to accept and returns.
     */
    FCGX_InitRequest(&connection->request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
    connection->request.ipcFd = descriptor;
    /* FCGX_Accept_r begins by finishing the last request, and would close a connection not kept. */
    connection->request.keepConnection = 1;
    /* Close means close: no waiting for the peer to have read everything. */
    connection->request.detached = 1;
}

static void accept_some(struct fastcgi_server *server)
{
    for (int i = 0; i < ACCEPTS_PER_WAKE && server->free_list != NULL; i++) {
        int descriptor = accept4(server->listen_socket, NULL, NULL, SOCK_CLOEXEC);
        if (descriptor >= 0) {
            add_connection(server, descriptor);
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

enum error_kind fastcgi_server_run(struct fastcgi_server *server, int timeout_ms,
                                   const sigset_t *unblocked, struct error *error)
{
    watch_listener(server);
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
    bool connection_waits = false;
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr == NULL) {
            connection_waits = true;
        } else {
            server->serve(events[i].data.ptr, server->context);
        }
    }
    if (connection_waits) {
        accept_some(server);
    }
    return ERROR_NONE;
}

void fastcgi_server_drain(struct fastcgi_server *server)
{
    server->draining = true;
    watch_listener(server);
}

unsigned fastcgi_server_connections(const struct fastcgi_server *server)
{
    return server->used;
}
