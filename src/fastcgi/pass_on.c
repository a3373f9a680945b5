/* Connections that this worker leaves to others. */
#include <sys/epoll.h>
#include <unistd.h>

#include "connection.h"
#include "exchange.h"
#include "stockpilot/metrics/metrics.h"

void fastcgi_server_exchange(struct fastcgi_server *server, int pass_to, int passed)
{
    server->pass_to = pass_to;
    server->passed.descriptor = passed;
}

static void stop_watching(struct fastcgi_connection *connection)
{
    if (!connection->unwatched) {
        epoll_ctl(connection->server->epoll, EPOLL_CTL_DEL, connection->request.ipcFd, NULL);
        connection->unwatched = true;
        connection->server->unwatched++;
    }
}

/* Between two requests libfcgi keeps nothing of a connection but its descriptor, so that is all
 * there is to pass on; what nginx has sent already waits in it. */
static bool pass_on(struct fastcgi_connection *connection)
{
    int descriptor = connection->request.ipcFd;
    if (connection->server->pass_to < 0 ||
        !exchange_send(connection->server->pass_to, descriptor)) {
        return false;
    }
    stop_watching(connection);
    close(descriptor);
    connection->request.ipcFd = -1;
    fastcgi_connection_closed(connection);
    metrics_add(METRIC_CONNECTIONS_PASSED_ON);
    return true;
}

int fastcgi_server_step_aside(struct fastcgi_server *server)
{
    if (server->pass_to < 0 || server->leaving) {
        return -1;
    }
    fastcgi_source_watch(server, &server->listener, false);
    fastcgi_source_watch(server, &server->passed, false);
    return server->epoll;
}

void fastcgi_server_pass_on_waiting(struct fastcgi_server *server)
{
    struct epoll_event events[EVENTS_PER_WAKE];
    int count = epoll_wait(server->epoll, events, EVENTS_PER_WAKE, 0);
    for (int i = 0; i < count; i++) {
        struct fastcgi_connection *connection = events[i].data.ptr;
        /* Our own says that nginx has hung up. One that cannot be passed on waits for us. */
        if (connection == server->serving || !pass_on(connection)) {
            stop_watching(connection);
        }
    }
}

void fastcgi_watch_again(struct fastcgi_server *server)
{
    if (server->unwatched == 0) {
        return;
    }
    server->unwatched = 0;
    for (unsigned i = 0; i < server->maximum; i++) {
        struct fastcgi_connection *connection = &server->connections[i];
        if (connection->unwatched && connection->request.ipcFd >= 0) {
            struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
            connection->unwatched =
                epoll_ctl(server->epoll, EPOLL_CTL_ADD, connection->request.ipcFd, &event) != 0;
            server->unwatched += connection->unwatched;
        }
    }
}

struct fastcgi_connection *fastcgi_take_passed(struct fastcgi_server *server)
{
    if (server->free_list == NULL) {
        return NULL;
    }
    int descriptor = exchange_receive(server->passed.descriptor);
    return descriptor >= 0 ? fastcgi_connection_add(server, descriptor) : NULL;
}

void fastcgi_server_leave(struct fastcgi_server *server)
{
    if (server->pass_to >= 0) {
        server->leaving = true;
        for (unsigned i = 0; i < server->maximum; i++) {
            struct fastcgi_connection *connection = &server->connections[i];
            if (connection->request.ipcFd >= 0) {
                (void)!pass_on(connection);
            }
        }
    }
    fastcgi_server_drain(server);
}
