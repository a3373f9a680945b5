#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "pool_access.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/text/decimal.h"

#define PATIENCE_MS 30000

struct limits {
    unsigned minimum, maximum;
};

static bool parse_number(const char *text, size_t length, unsigned *number)
{
    int64_t parsed;
    if (!decimal_parse_integer(text, length, &parsed) || parsed < 1 || parsed > POOL_MAX_WORKERS) {
        return false;
    }
    *number = (unsigned)parsed;
    return true;
}

/* "4" or "2-8". */
static bool parse_limits(const char *text, struct limits *limits)
{
    const char *dash = strchr(text, '-');
    size_t length = dash != NULL ? (size_t)(dash - text) : strlen(text);
    if (!parse_number(text, length, &limits->minimum)) {
        return false;
    }
    limits->maximum = limits->minimum;
    return dash == NULL || (parse_number(dash + 1, strlen(dash + 1), &limits->maximum) &&
                            limits->maximum >= limits->minimum);
}

/* Those that are ready and will stay. */
static unsigned count_serving(const struct scoreboard *scoreboard)
{
    unsigned count = 0;
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        struct worker_view view;
        count += scoreboard_view(scoreboard, i, &view) && view.pool != 0 &&
                 view.state != WORKER_STARTING && !view.draining;
    }
    return count;
}

static bool settled(const struct scoreboard *scoreboard, uint32_t order, struct limits limits)
{
    unsigned serving = count_serving(scoreboard);
    /* Of two orders at once the later counts: whoever gave the other has been overruled. */
    int32_t behind = (int32_t)(order - atomic_load(&scoreboard->pool.answered));
    return behind < 0 || (behind == 0 && serving >= limits.minimum && serving <= limits.maximum);
}

static enum command_status wait_until_settled(const struct pool_access *access, uint32_t order,
                                              struct limits limits)
{
    struct deadline patience = deadline_after_ms(PATIENCE_MS);
    while (!settled(access->scoreboard, order, limits)) {
        if (deadline_passed(patience) || pool_access_pid(access) == 0) {
            fprintf(stderr,
                    "stockpilotctl: the pool was told, but has not got there within %d s: see "
                    "stockpilotctl status\n",
                    PATIENCE_MS / 1000);
            return COMMAND_FAILED;
        }
        pool_access_pause();
    }
    printf("%u workers\n", count_serving(access->scoreboard));
    return COMMAND_DONE;
}

static enum command_status scale(const struct pool_access *access, struct limits limits, bool wait)
{
    struct pool_board *board = &access->scoreboard->pool;
    uint64_t before = atomic_load(&board->asked);
    uint32_t order;
    uint64_t asked;
    do {
        order = (uint32_t)(before >> 32) + 1;
        asked = (uint64_t)order << 32 | limits.minimum << 16 | limits.maximum;
    } while (!atomic_compare_exchange_weak(&board->asked, &before, asked));
    if (!pool_access_signal(access, SIGUSR1)) {
        return COMMAND_FAILED;
    }
    return wait ? wait_until_settled(access, order, limits) : COMMAND_DONE;
}

enum command_status scale_command(const char *config_file, int count, char *const *arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "no-wait", no_argument, NULL, 'n' },
                                             { NULL, 0, NULL, 0 } };
    struct pool_access access;
    struct limits limits;
    bool wait = true;
    int letter;
    while ((letter = getopt_long(count, arguments, "", options, NULL)) != -1) {
        if (letter == 'c') {
            config_file = optarg;
        } else if (letter == 'n') {
            wait = false;
        } else {
            return command_misused(arguments[0]);
        }
    }
    if (optind + 1 != count) {
        return command_misused(arguments[0]);
    }
    if (!parse_limits(arguments[optind], &limits)) {
        fprintf(stderr,
                "stockpilotctl: \"%s\" is neither a number from 1 to %d nor two of them, such as "
                "2-8\n",
                arguments[optind], POOL_MAX_WORKERS);
        return COMMAND_MISUSED;
    }
    if (!pool_access_open(config_file, &access)) {
        return COMMAND_FAILED;
    }
    enum command_status status = scale(&access, limits, wait);
    pool_access_close(&access);
    return status;
}
