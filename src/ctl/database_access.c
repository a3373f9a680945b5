#include "database_access.h"

#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "stockpilot/log/log.h"
#include "stockpilot/parameters/parameters.h"

#define ARENA_LIMIT (64u << 20)
#define JSON_LIMIT (16u << 20)
#define CONNECT_TIME_MS 10000

bool database_access_open(const char *config_file, struct database_access *access)
{
    static const char *const needed[] = { "DATABASE_URL", NULL };
    static struct configuration_report report;
    *access = (struct database_access){ 0 };
    bool loaded =
        parameters_load_only(&access->configuration, config_file, environ, needed, &report);
    command_print_problems(&report);
    if (!loaded) {
        return false;
    }
    if (access->configuration.database_url == NULL) {
        fputs("stockpilotctl: DATABASE_URL is not set\n", stderr);
        configuration_free(&access->configuration);
        return false;
    }
    log_set_level(LOG_LEVEL_ERROR); /* what the store logs is for servers */
    access->store = store_new(access->configuration.database_url, CONNECT_TIME_MS);
    access->arena = arena_new(ARENA_LIMIT);
    if (access->store == NULL || access->arena == NULL) {
        fputs("stockpilotctl: not enough memory\n", stderr);
        database_access_close(access);
        return false;
    }
    return true;
}

void database_access_close(struct database_access *access)
{
    arena_free(access->arena);
    store_free(access->store);
    configuration_free(&access->configuration);
}

struct store_request database_access_request(struct database_access *access, int64_t time_ms)
{
    error_reset(&access->error);
    return (struct store_request){ .store = access->store,
                                   .arena = access->arena,
                                   .deadline = deadline_after_ms(time_ms),
                                   .error = &access->error,
                                   .request_id = "stockpilotctl" };
}

void database_access_tell(const struct database_access *access)
{
    const struct error *error = &access->error;
    fprintf(stderr, "stockpilotctl: %s\n", error->cause[0] != '\0' ? error->cause : error->detail);
}

bool database_access_print_json(struct database_access *access,
                                void (*write)(struct json_writer *writer, const void *subject),
                                const void *subject)
{
    struct buffer buffer;
    struct json_writer writer;
    buffer_init(&buffer, access->arena, JSON_LIMIT);
    json_writer_init(&writer, &buffer);
    write(&writer, subject);
    if (buffer_failed(&buffer)) {
        fputs("stockpilotctl: the answer does not fit into memory\n", stderr);
        return false;
    }
    printf("%.*s\n", (int)buffer.length, buffer.bytes);
    return true;
}
