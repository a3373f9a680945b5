#include "pool_access.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "stockpilot/clock/clock.h"
#include "stockpilot/config/configuration.h"
#include "stockpilot/memory/shared_object.h"
#include "stockpilot/parameters/parameters.h"

#define MOMENT_MS 500
#define LOOK_EVERY_MS 20

static bool read_name(const char *config_file, char *name, size_t size)
{
    static const char *const needed[] = { "SCOREBOARD_NAME", NULL };
    static struct configuration_report report;
    struct configuration configuration;
    bool loaded = parameters_load_only(&configuration, config_file, environ, needed, &report);
    command_print_problems(&report);
    if (loaded) {
        snprintf(name, size, "%s", configuration.scoreboard_name);
        configuration_free(&configuration);
    }
    return loaded;
}

/* Where shm_open(3) keeps the object. */
static bool become_owner(const char *name)
{
    char path[sizeof "/dev/shm" + 256];
    struct stat status;
    snprintf(path, sizeof path, "/dev/shm%s", name);
    if (geteuid() != 0 || lstat(path, &status) != 0 || status.st_uid == 0) {
        return true;
    }
    if (setgid(status.st_gid) != 0 || setuid(status.st_uid) != 0) {
        fprintf(stderr, "stockpilotctl: cannot become the user %u, whose scoreboard %s is: %s\n",
                (unsigned)status.st_uid, name, strerror(errno));
        return false;
    }
    return true;
}

bool pool_access_open(const char *config_file, struct pool_access *access)
{
    struct error error = { 0 };
    if (!read_name(config_file, access->name, sizeof access->name) || !become_owner(access->name)) {
        return false;
    }
    access->scoreboard = scoreboard_open_present(access->name, &access->descriptor, &error);
    if (access->scoreboard != NULL) {
        return true;
    }
    if (error.kind == ERROR_NOT_FOUND) {
        fprintf(stderr,
                "stockpilotctl: there is no scoreboard %s: neither pool nor workers have run since "
                "this machine was started, or they have another SCOREBOARD_NAME\n",
                access->name);
    } else {
        fprintf(stderr, "stockpilotctl: %s\n", error.cause);
    }
    return false;
}

void pool_access_close(struct pool_access *access)
{
    scoreboard_close(access->scoreboard);
    close(access->descriptor);
}

void pool_access_pause(void)
{
    const struct timespec pause = { .tv_nsec = LOOK_EVERY_MS * 1000000L };
    nanosleep(&pause, NULL);
}

/* A pool that reloads holds its scoreboard again a moment after it has become the new program. */
static bool is_held_in_a_moment(const struct pool_access *access, pid_t pid)
{
    struct deadline moment = deadline_after_ms(MOMENT_MS);
    while (!shared_object_is_held(access->descriptor)) {
        if (deadline_passed(moment) || kill(pid, 0) != 0) {
            return false;
        }
        pool_access_pause();
    }
    return true;
}

pid_t pool_access_pid(const struct pool_access *access)
{
    pid_t pid = atomic_load(&access->scoreboard->pool.pid);
    return pid > 1 && is_held_in_a_moment(access, pid) ? pid : 0;
}

bool pool_access_signal(const struct pool_access *access, int signal_number)
{
    pid_t pid = pool_access_pid(access);
    if (pid == 0) {
        fprintf(stderr, "stockpilotctl: no pool runs with the scoreboard %s\n", access->name);
        return false;
    }
    if (kill(pid, signal_number) != 0) {
        fprintf(stderr, "stockpilotctl: cannot signal the pool, process %d: %s\n", (int)pid,
                strerror(errno));
        return false;
    }
    return true;
}
