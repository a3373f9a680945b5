/* database_access.h - the database, for the commands that look into it. Only for src/ctl. */
#ifndef STOCKPILOT_SRC_CTL_DATABASE_ACCESS_H
#define STOCKPILOT_SRC_CTL_DATABASE_ACCESS_H

#include "stockpilot/config/configuration.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/store/store.h"

struct database_access {
    struct configuration configuration;
    struct store *store;
    struct arena *arena;
    struct error error;
};

/* Of DATABASE_URL; no other option needs to be set. False: what is wrong was told. */
MUST_CHECK bool database_access_open(const char *config_file, struct database_access *access);
void database_access_close(struct database_access *access);

struct store_request database_access_request(struct database_access *access, int64_t time_ms);

/* Tells what went wrong with the latest request. */
void database_access_tell(const struct database_access *access);

/* Prints a JSON document that `write` writes. False: it did not fit into memory, as was told. */
MUST_CHECK bool database_access_print_json(struct database_access *access,
                                           void (*write)(struct json_writer *writer,
                                                         const void *subject),
                                           const void *subject);

#endif
