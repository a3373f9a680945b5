#include <getopt.h>
#include <stdio.h>

#include "pool_access.h"
#include "stockpilot/clock/clock.h"

#define PATIENCE_MS 60000

/* Says how the reload of that number ended, if it has. */
static bool has_ended(const struct pool_access *access, uint32_t number,
                      enum command_status *status)
{
    const struct pool_board *board = &access->scoreboard->pool;
    if (atomic_load(&board->reloads) < number) {
        return false;
    }
    switch (atomic_load(&board->reload_state)) {
    case RELOAD_DONE:
        printf("reloaded: %u workers\n", atomic_load(&board->wanted));
        *status = COMMAND_DONE;
        return true;
    case RELOAD_REFUSED:
        fputs("stockpilotctl: refused: the new configuration or program does not work; the workers "
              "go on as before. stockpilotctl check-config and the pool's log say more\n",
              stderr);
        *status = COMMAND_FAILED;
        return true;
    case RELOAD_ROLLING:
        if (atomic_load(&board->quick_deaths) > 1) {
            fputs("stockpilotctl: the new workers end soon after their start; those of before go "
                  "on. The log says why: repair it and reload again\n",
                  stderr);
            *status = COMMAND_FAILED;
            return true;
        }
        return false;
    default:
        return false;
    }
}

static enum command_status wait_for_end(const struct pool_access *access, uint32_t number)
{
    struct deadline patience = deadline_after_ms(PATIENCE_MS);
    enum command_status status = COMMAND_FAILED;
    while (!has_ended(access, number, &status)) {
        if (atomic_load(&access->scoreboard->pool.pid) == 0) {
            fputs("stockpilotctl: the pool has ended meanwhile\n", stderr);
            return COMMAND_FAILED;
        }
        if (deadline_passed(patience)) {
            fprintf(stderr, "stockpilotctl: not done within %d s: see stockpilotctl status\n",
                    PATIENCE_MS / 1000);
            return COMMAND_FAILED;
        }
        pool_access_pause();
    }
    return status;
}

enum command_status reload_command(const char *config_file, int count, char *const *arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "no-wait", no_argument, NULL, 'n' },
                                             { NULL, 0, NULL, 0 } };
    struct pool_access access;
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
    if (optind < count) {
        return command_misused(arguments[0]);
    }
    if (!pool_access_open(config_file, &access)) {
        return COMMAND_FAILED;
    }
    uint32_t number = atomic_load(&access.scoreboard->pool.reloads) + 1;
    enum command_status status = COMMAND_FAILED;
    if (pool_access_signal(&access, SIGHUP)) {
        status = wait ? wait_for_end(&access, number) : COMMAND_DONE;
    }
    pool_access_close(&access);
    return status;
}
