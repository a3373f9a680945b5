/*
 * database_url.h - the syntax of a database URL: the URI form of libpq's connection strings
 * (PostgreSQL 15, section 34.1.1.2), several hosts, directories of sockets and parameters included.
 *
 * Checked without libpq, whose own messages quote the URL and with it the password. The answers
 * here say which rule is broken and nothing of the URL.
 */
#ifndef STOCKPILOT_CONFIG_DATABASE_URL_H
#define STOCKPILOT_CONFIG_DATABASE_URL_H

#include <stdbool.h>

#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

/* An option_check. */
const char *syntax_database_url(const char *text);

/* Of one that syntax_database_url() has nothing against: behind its user, or as a parameter. */
bool database_url_has_password(const char *url);

/* The URL, which has none, with this password, whatever characters it has. NULL: no memory. */
MUST_CHECK const char *database_url_with_password(struct arena *arena, const char *url,
                                                  const char *password);

#endif
