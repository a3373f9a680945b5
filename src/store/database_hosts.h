/*
 * database_hosts.h - a DATABASE_URL with several hosts, begun at another one. Only for src/store.
 *
 * libpq tries the hosts of a URL in turn, but goes on only when one refuses: connect_timeout does
 * not count for connections that are polled. One that accepts and stays silent would take every
 * request's whole time, for ever. So after a silent host the list is begun behind it.
 */
#ifndef STOCKPILOT_SRC_STORE_DATABASE_HOSTS_H
#define STOCKPILOT_SRC_STORE_DATABASE_HOSTS_H

#include "stockpilot/error/error.h"

/* Keywords of a connection that are lists, one entry for each host. */
enum { HOST_LIST_COUNT = 3 };

struct database_hosts {
    const char *keywords[HOST_LIST_COUNT]; /* "host", "hostaddr", "port" */
    char *values[HOST_LIST_COUNT];         /* malloc'ed; NULL: not in the URL */
};

/* The lists of the URL, begun at host number `first` modulo their length. ERROR_INTERNAL without
 * memory or with a URL that libpq cannot read. */
MUST_CHECK enum error_kind database_hosts_from(const char *database_url, unsigned first,
                                               struct database_hosts *hosts);
void database_hosts_free(struct database_hosts *hosts);

#endif
