/* connection.h - what the files of this folder share about one connection. Not for others. */
#ifndef STOCKPILOT_SRC_FASTCGI_CONNECTION_H
#define STOCKPILOT_SRC_FASTCGI_CONNECTION_H

#include <fcgiapp.h>

#include "stockpilot/fastcgi/server.h"

struct fastcgi_connection {
    struct fastcgi_server *server;
    struct fastcgi_connection *next_free;
    FCGX_Request request; /* request.ipcFd < 0: not in use */
};

/* Takes a connection that libfcgi has closed out of the books. */
void fastcgi_connection_closed(struct fastcgi_connection *connection);

#endif
