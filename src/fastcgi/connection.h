/* connection.h - what the files of this folder share about connections. Not for others. */
#ifndef STOCKPILOT_SRC_FASTCGI_CONNECTION_H
#define STOCKPILOT_SRC_FASTCGI_CONNECTION_H

#include <fcgiapp.h>

#include "stockpilot/fastcgi/server.h"

/* Few, since new connections and passed ones come after them. */
#define EVENTS_PER_WAKE 8

struct fastcgi_connection {
    struct fastcgi_server *server;
    struct fastcgi_connection *next_free;
    FCGX_Request request; /* request.ipcFd < 0: not in use */
    unsigned since_round; /* the server's round in which it came */
    bool unwatched;       /* taken out of the epoll set until the request at hand is done */
};

/* A descriptor that other workers watch as well. */
struct fastcgi_source {
    int descriptor; /* -1: none */
    bool watched;   /* it is in the epoll set */
};

struct fastcgi_server {
    struct fastcgi_source listener; /* connections that nginx opens */
    struct fastcgi_source passed;   /* connections that other workers pass on */
    int pass_to;                    /* where to pass ours; -1: to nobody */
    int epoll;
    unsigned maximum;
    unsigned used;
    unsigned round; /* counts what epoll gave at once */
    bool draining;
    bool leaving;
    int64_t paused_until_ms;
    fastcgi_serve *serve;
    void *context;
    unsigned unwatched;                 /* connections that are */
    struct fastcgi_connection *serving; /* has a request at hand; NULL: none */
    struct fastcgi_connection *free_list;
    struct fastcgi_connection connections[];
};

/* Watches the source, or not, so that one event wakes one worker. */
void fastcgi_source_watch(struct fastcgi_server *server, struct fastcgi_source *source,
                          bool wanted);

/* Takes a connection in. NULL: that cannot be, and the descriptor is closed. There must be room. */
struct fastcgi_connection *fastcgi_connection_add(struct fastcgi_server *server, int descriptor);

/* Takes a connection that libfcgi has closed out of the books. */
void fastcgi_connection_closed(struct fastcgi_connection *connection);

/* Takes in the connection that waits longest of those that were passed on. NULL: there is none. */
struct fastcgi_connection *fastcgi_take_passed(struct fastcgi_server *server);

/* Once a request is done: what was left out of the epoll set for it is watched again. */
void fastcgi_watch_again(struct fastcgi_server *server);

#endif
