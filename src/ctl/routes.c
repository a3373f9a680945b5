#include "command.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

#include "stockpilot/json/json_write.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/routes/route_table.h"
#include "stockpilot/text/buffer.h"

#define MEMORY_LIMIT (1024 * 1024)

static enum command_status print_table(void)
{
    size_t count;
    const struct route *routes = route_table(&count);

    for (size_t i = 0; i < count; i++) {
        printf("%-7s %-38s %-7s %s\n", routes[i].method, routes[i].pattern,
               permission_name(routes[i].permission), routes[i].summary);
    }
    return COMMAND_DONE;
}

static void write_routes(struct json_writer *writer)
{
    size_t count;
    const struct route *routes = route_table(&count);

    json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(writer);
        json_member_string(writer, "method", routes[i].method);
        json_member_string(writer, "path", routes[i].pattern);
        json_member_string(writer, "permission", permission_name(routes[i].permission));
        json_member_string(writer, "summary", routes[i].summary);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static enum command_status print_json(void)
{
    struct arena *arena = arena_new(MEMORY_LIMIT);
    struct buffer buffer;
    struct json_writer writer;

    if (arena == NULL) {
        perror("stockpilotctl");
        return COMMAND_FAILED;
    }
    buffer_init(&buffer, arena, MEMORY_LIMIT / 4);
    json_writer_init(&writer, &buffer);
    write_routes(&writer);
    const bool whole = !buffer_failed(&buffer);
    if (whole) {
        printf("%.*s\n", (int)buffer.length, buffer.bytes);
    } else {
        fputs("stockpilotctl: the routes do not fit into memory\n", stderr);
    }
    arena_free(arena);
    return whole ? COMMAND_DONE : COMMAND_FAILED;
}

enum command_status routes_command(const char *config_file, int count, char *const *arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "json", no_argument, NULL, 'j' },
                                             { NULL, 0, NULL, 0 } };
    bool json = false;
    int letter;

    (void)config_file; /* the routes are the same whatever is configured */
    while ((letter = getopt_long(count, arguments, "", options, NULL)) != -1) {
        if (letter == 'j') {
            json = true;
        } else if (letter != 'c') {
            return command_misused(arguments[0]);
        }
    }
    if (optind < count) {
        return command_misused(arguments[0]);
    }
    return json ? print_json() : print_table();
}
