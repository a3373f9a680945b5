#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "pool_status.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/memory/arena.h"

#define MEMORY_LIMIT (1024 * 1024)
#define WATCH_SECONDS 1

/* To the top of the screen, and what was below gone. */
#define CLEAR_SCREEN "\033[H\033[2J"

/* "850 ms", "12.3 s", "5 min", "3 h", "2 d". */
static void describe_duration(int64_t us, char *text, size_t size)
{
    double seconds = us > 0 ? (double)us / 1e6 : 0;
    if (seconds < 1) {
        snprintf(text, size, "%.0f ms", seconds * 1000);
    } else if (seconds < 100) {
        snprintf(text, size, "%.1f s", seconds);
    } else if (seconds < 100 * 60) {
        snprintf(text, size, "%.0f min", seconds / 60);
    } else if (seconds < 100 * 3600) {
        snprintf(text, size, "%.0f h", seconds / 3600);
    } else {
        snprintf(text, size, "%.0f d", seconds / 86400);
    }
}

static void print_pool(const struct pool_status *status)
{
    char age[32];
    if (status->pool == 0) {
        printf("no pool: %zu workers run on their own\n\n", status->worker_count);
        return;
    }
    describe_duration(status->now_us - status->started_us, age, sizeof age);
    printf("pool %d, up %s, %u workers wanted", (int)status->pool, age, status->wanted);
    if (status->minimum != status->maximum) {
        printf(" (%u to %u)", status->minimum, status->maximum);
    }
    printf(", busy %u %%, %" PRIu32 " reloads\n\n", status->busy_percent,
           status->reloads > 0 ? status->reloads - 1 : 0);
}

static void print_worker(const struct pool_status *status, const struct worker_view *view)
{
    char since[32], age[32];
    describe_duration(status->now_us - view->since_us, since, sizeof since);
    describe_duration(status->now_us - view->started_us, age, sizeof age);
    printf("%7d  %-8s  %8s  %8s  %10" PRIu64 "  %7" PRIu64 "  %6.1f MB  %5u  %-9s  %s\n",
           (int)view->pid, pool_status_worker_state(view), since, age, view->requests, view->errors,
           (double)view->memory_kb / 1024, view->connections, pool_status_database(view),
           view->route[0] != '\0' ? view->route : "-");
}

static void print_table(const struct pool_status *status)
{
    print_pool(status);
    printf("%7s  %-8s  %8s  %8s  %10s  %7s  %9s  %5s  %-9s  %s\n", "PID", "STATE", "SINCE", "AGE",
           "REQUESTS", "ERRORS", "MEMORY", "CONNS", "DATABASE", "ROUTE NOW OR LAST");
    for (size_t i = 0; i < status->worker_count; i++) {
        print_worker(status, &status->workers[i]);
    }
    printf("\n");
    for (size_t i = 0; i < status->finding_count; i++) {
        printf("! %s\n", status->findings[i]);
    }
    if (status->finding_count == 0) {
        printf("All is well.\n");
    }
}

static void write_worker(struct json_writer *writer, const struct pool_status *status,
                         const struct worker_view *view)
{
    json_begin_object(writer);
    json_member_integer(writer, "pid", view->pid);
    json_member_string(writer, "state", pool_status_worker_state(view));
    json_member_integer(writer, "stateMs", (status->now_us - view->since_us) / 1000);
    json_member_integer(writer, "silentMs", worker_silence_us(view, status->now_us) / 1000);
    json_member_integer(writer, "ageMs", (status->now_us - view->started_us) / 1000);
    json_member_integer(writer, "requests", (int64_t)view->requests);
    json_member_integer(writer, "errors", (int64_t)view->errors);
    json_member_integer(writer, "memoryKb", (int64_t)view->memory_kb);
    json_member_integer(writer, "connections", view->connections);
    json_member_string(writer, "database", pool_status_database(view));
    json_member_string(writer, "route", view->route[0] != '\0' ? view->route : NULL);
    json_member_string(writer, "requestId", view->request_id[0] != '\0' ? view->request_id : NULL);
    json_member_integer(writer, "reload", view->pool);
    json_end_object(writer);
}

static void write_pool(struct json_writer *writer, const struct pool_status *status)
{
    static const char *const states[] = { "none", "checking", "refused", "rolling", "done" };
    json_write_name(writer, "pool");
    if (status->pool == 0) {
        json_write_null(writer);
        return;
    }
    json_begin_object(writer);
    json_member_integer(writer, "pid", status->pool);
    json_member_integer(writer, "minimum", status->minimum);
    json_member_integer(writer, "maximum", status->maximum);
    json_member_integer(writer, "wanted", status->wanted);
    json_member_integer(writer, "busyPercent", status->busy_percent);
    json_member_integer(writer, "upMs", (status->now_us - status->started_us) / 1000);
    json_member_integer(writer, "reloads", status->reloads > 0 ? status->reloads - 1 : 0);
    json_member_string(writer, "reloadState", states[status->reload_state]);
    json_member_integer(writer, "quickDeaths", status->quick_deaths);
    json_end_object(writer);
}

static void write_status(struct json_writer *writer, const struct pool_status *status)
{
    json_begin_object(writer);
    json_member_boolean(writer, "well", status->finding_count == 0);
    write_pool(writer, status);
    json_write_name(writer, "workers");
    json_begin_array(writer);
    for (size_t i = 0; i < status->worker_count; i++) {
        write_worker(writer, status, &status->workers[i]);
    }
    json_end_array(writer);
    json_write_name(writer, "findings");
    json_begin_array(writer);
    for (size_t i = 0; i < status->finding_count; i++) {
        json_write_string(writer, status->findings[i]);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static enum command_status print_json(const struct pool_status *status)
{
    struct arena *arena = arena_new(MEMORY_LIMIT);
    struct buffer buffer;
    struct json_writer writer;
    if (arena == NULL) {
        perror("stockpilotctl");
        return COMMAND_FAILED;
    }
    buffer_init(&buffer, arena, MEMORY_LIMIT / 2);
    json_writer_init(&writer, &buffer);
    write_status(&writer, status);
    bool whole = !buffer_failed(&buffer);
    if (whole) {
        printf("%.*s\n", (int)buffer.length, buffer.bytes);
    } else {
        fputs("stockpilotctl: the status does not fit into memory\n", stderr);
    }
    arena_free(arena);
    return whole && status->finding_count == 0 ? COMMAND_DONE : COMMAND_FAILED;
}

enum view { VIEW_TABLE, VIEW_JSON, VIEW_WATCH };

static enum command_status watch(const struct pool_access *access, struct pool_status *status)
{
    for (;;) {
        const struct timespec pause = { .tv_sec = WATCH_SECONDS };
        pool_status_read(access, status);
        fputs(CLEAR_SCREEN, stdout);
        print_table(status);
        if (fflush(stdout) != 0) {
            return COMMAND_FAILED;
        }
        nanosleep(&pause, NULL);
    }
}

/* Ends with 1 when something is wrong, so that a monitor can run it. */
static enum command_status show(const struct pool_access *access, enum view view)
{
    static struct pool_status status;
    if (view == VIEW_WATCH) {
        return watch(access, &status);
    }
    pool_status_read(access, &status);
    if (view == VIEW_JSON) {
        return print_json(&status);
    }
    print_table(&status);
    return status.finding_count == 0 ? COMMAND_DONE : COMMAND_FAILED;
}

enum command_status status_command(const char *config_file, int count, char *const *arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "json", no_argument, NULL, 'j' },
                                             { "watch", no_argument, NULL, 'w' },
                                             { NULL, 0, NULL, 0 } };
    struct pool_access access;
    enum view view = VIEW_TABLE;
    int letter;
    while ((letter = getopt_long(count, arguments, "", options, NULL)) != -1) {
        if (letter == 'c') {
            config_file = optarg;
        } else if ((letter == 'j' || letter == 'w') && view == VIEW_TABLE) {
            view = letter == 'j' ? VIEW_JSON : VIEW_WATCH;
        } else {
            return command_misused(arguments[0]);
        }
    }
    if (optind < count) {
        return command_misused(arguments[0]);
    }
    if (!pool_access_open(config_file, &access)) {
        return COMMAND_FAILED;
    }
    enum command_status status = show(&access, view);
    pool_access_close(&access);
    return status;
}
