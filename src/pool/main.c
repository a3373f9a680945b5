/*
 * stockpilot-pool - keeps the workers of one listening socket, which is file descriptor 0, as
 * `spawn-fcgi -n` or a systemd socket unit gives it.
 *
 * Exit status: 0 after a drain, 1 when it cannot run, 2 for wrong usage, 78 (EX_CONFIG) for a
 * configuration error. Workers that end, for whatever reason, never end it.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "pool.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/config/configuration.h"
#include "stockpilot/log/log.h"
#include "stockpilot/memory/private_process.h"
#include "stockpilot/memory/shared_object.h"
#include "stockpilot/parameters/parameters.h"
#include "stockpilot/pool/exchange.h"
#include "stockpilot/text/decimal.h"

extern char **environ;

#define EXIT_USAGE 2
#define DEFAULT_WORKERS 4

#define HOLD_PATIENCE_MS 10000
#define HOLD_PAUSE_MS 2

static const char usage[] =
    "usage: stockpilot-pool [--workers N | --min N --max N] [--config FILE] [--worker PROGRAM]\n"
    "Keeps workers for the listening socket on descriptor 0; started by spawn-fcgi -n.\n"
    "  --workers N       keep N workers (4)\n"
    "  --min N, --max N  keep as many as are needed, between the two\n"
    "  --config FILE     read this configuration\n"
    "  --worker PROGRAM  the worker to run, if not the stockpilot-api beside this program\n"
    "  --check           say whether all this can be used, and end\n"
    "  --help            show this\n"
    "  --version         show the version\n";

struct invocation {
    char *config_file;
    const char *worker;
    unsigned minimum, maximum; /* 0: not given */
    bool check;
};

static _Noreturn void misused(void)
{
    fputs(usage, stderr);
    exit(EXIT_USAGE);
}

static unsigned worker_count(const char *text)
{
    int64_t number;
    if (!decimal_parse_integer(text, strlen(text), &number) || number < 1 ||
        number > POOL_MAX_WORKERS) {
        fprintf(stderr, "stockpilot-pool: a number of workers is from 1 to %d, not \"%s\"\n",
                POOL_MAX_WORKERS, text);
        exit(EXIT_USAGE);
    }
    return (unsigned)number;
}

static bool take_option(int option, char *value, struct invocation *invocation)
{
    switch (option) {
    case 'c':
        invocation->config_file = value;
        return true;
    case 'p':
        invocation->worker = value;
        return true;
    case 'w':
        invocation->minimum = invocation->maximum = worker_count(value);
        return true;
    case 'm':
        invocation->minimum = worker_count(value);
        return true;
    case 'M':
        invocation->maximum = worker_count(value);
        return true;
    case 'k':
        invocation->check = true;
        return true;
    case 'h':
        fputs(usage, stdout);
        exit(0);
    case 'V':
        puts("stockpilot-pool " PACKAGE_VERSION);
        exit(0);
    default:
        return false;
    }
}

static void settle_worker_counts(struct invocation *invocation)
{
    if (invocation->minimum == 0 && invocation->maximum == 0) {
        invocation->minimum = invocation->maximum = DEFAULT_WORKERS;
    }
    if (invocation->minimum == 0 || invocation->maximum < invocation->minimum) {
        fputs("stockpilot-pool: --min and --max are given together, and --max is not below "
              "--min\n",
              stderr);
        exit(EXIT_USAGE);
    }
}

static void read_arguments(int count, char **arguments, struct invocation *invocation)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "worker", required_argument, NULL, 'p' },
                                             { "workers", required_argument, NULL, 'w' },
                                             { "min", required_argument, NULL, 'm' },
                                             { "max", required_argument, NULL, 'M' },
                                             { "check", no_argument, NULL, 'k' },
                                             { "help", no_argument, NULL, 'h' },
                                             { "version", no_argument, NULL, 'V' },
                                             { NULL, 0, NULL, 0 } };
    int option;
    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
        if (!take_option(option, optarg, invocation)) {
            misused();
        }
    }
    if (optind < count) {
        misused();
    }
    settle_worker_counts(invocation);
}

/* All of it is checked, although the pool needs little of it: what a worker would refuse is refused
 * before there is one. */
static void load_configuration(struct configuration *configuration, const char *file, bool check)
{
    enum parameters_use use = check ? PARAMETERS_FOR_RELOAD : PARAMETERS_FOR_POOL;
    if (!parameters_load_logged(configuration, file, environ, use)) {
        exit(EX_CONFIG);
    }
}

/* This program's path, and from it the worker's: as it was called, so that a reload follows a
 * symbolic link to another release; and not as the kernel has it now, after an upgrade has put
 * another file into its place. */
static enum error_kind find_programs(char program[PATH_MAX], char worker[PATH_MAX],
                                     struct error *error)
{
    static const char name[] = "stockpilot-api";
    const char *called = (const char *)getauxval(AT_EXECFN);
    if (called != NULL && called[0] == '/' && strlen(called) < PATH_MAX) {
        memcpy(program, called, strlen(called) + 1);
    } else {
        ssize_t length = readlink("/proc/self/exe", program, PATH_MAX - 1);
        if (length <= 0) {
            return error_set_cause(error, ERROR_INTERNAL, "/proc/self/exe: %s", strerror(errno));
        }
        program[length] = '\0';
    }
    size_t folder = (size_t)(strrchr(program, '/') - program) + 1;
    if (folder + sizeof name > PATH_MAX) {
        return error_set_cause(error, ERROR_INTERNAL, "the path of this program is too long");
    }
    memcpy(worker, program, folder);
    memcpy(worker + folder, name, sizeof name);
    return ERROR_NONE;
}

static enum error_kind check_socket(struct error *error)
{
    int listening = 0;
    socklen_t size = sizeof listening;
    if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
        listening == 0) {
        return error_set_cause(error, ERROR_INTERNAL,
                               "descriptor 0 is no listening socket: this program is started by "
                               "spawn-fcgi -n, see stockpilot-pool(8)");
    }
    return ERROR_NONE;
}

static enum error_kind check_worker(const char *worker, struct error *error)
{
    if (access(worker, X_OK) != 0) {
        return error_set_cause(error, ERROR_INTERNAL, "the worker %s: %s", worker, strerror(errno));
    }
    return ERROR_NONE;
}

/* At a reload, a worker that was forked a moment ago and does not run its program yet still has the
 * lock of the program that ran here before: it goes as soon as that worker gets going. */
static bool hold(const struct scoreboard *scoreboard, int descriptor)
{
    const struct timespec pause = { .tv_nsec = HOLD_PAUSE_MS * 1000000L };
    struct deadline patience = deadline_after_ms(HOLD_PATIENCE_MS);
    while (!shared_object_hold(descriptor)) {
        if (atomic_load(&scoreboard->pool.pid) != getpid() || deadline_passed(patience)) {
            return false;
        }
        nanosleep(&pause, NULL);
    }
    return true;
}

/* The scoreboard's holder is the pool: there is one for each. */
static enum error_kind open_scoreboard(const char *name, struct pool *pool, struct error *error)
{
    int descriptor;
    pool->scoreboard = scoreboard_open(name, &descriptor, error);
    if (pool->scoreboard == NULL) {
        return error->kind;
    }
    if (!hold(pool->scoreboard, descriptor)) {
        return error_set_cause(error, ERROR_INTERNAL,
                               "another pool (process %d) has the scoreboard %s: give each a "
                               "SCOREBOARD_NAME of its own",
                               atomic_load(&pool->scoreboard->pool.pid), name);
    }
    metrics_use(&pool->scoreboard->metrics);
    return ERROR_NONE;
}

static enum error_kind run(const struct configuration *configuration,
                           struct pool_settings *settings, bool check, struct error *error)
{
    struct pool pool = { .settings = settings, .offered = -1 };
    sigset_t signals_before;
    enum error_kind kind = check_worker(settings->spawn.worker, error);
    if (kind != ERROR_NONE || check) {
        return kind;
    }
    kind = check_socket(error);
    if (kind == ERROR_NONE) {
        kind = pool_take_signals(&pool, &signals_before, error);
    }
    if (kind == ERROR_NONE) {
        settings->spawn.signals = &signals_before;
        kind = open_scoreboard(configuration->scoreboard_name, &pool, error);
    }
    if (kind == ERROR_NONE) {
        kind = exchange_prepare(error);
    }
    if (kind == ERROR_NONE) {
        pool_run(&pool);
    }
    scoreboard_close(pool.scoreboard);
    return kind;
}

int main(int count, char **arguments)
{
    struct invocation invocation = { 0 };
    char program[PATH_MAX], worker[PATH_MAX];
    struct configuration configuration;
    struct error error = { 0 };
    process_keep_private();
    read_arguments(count, arguments, &invocation);
    load_configuration(&configuration, invocation.config_file, invocation.check);
    struct pool_settings settings = {
        .minimum = invocation.minimum,
        .maximum = invocation.maximum,
        .hard_limit_us = (int64_t)configuration.worker_hard_limit_ms * 1000,
        .max_requests = (uint64_t)configuration.worker_max_requests,
        .max_memory_kb = (uint64_t)configuration.worker_max_memory_mb * 1024,
        .report_interval_us = (int64_t)configuration.metrics_interval_s * 1000000,
        .environment = configuration.environment,
        .spawn = { .worker = invocation.worker, .config_file = invocation.config_file },
        .program = program,
        .arguments = arguments,
    };
    enum error_kind kind = find_programs(program, worker, &error);
    if (kind == ERROR_NONE) {
        if (settings.spawn.worker == NULL) {
            settings.spawn.worker = worker;
        }
        kind = run(&configuration, &settings, invocation.check, &error);
    }
    if (kind != ERROR_NONE) {
        LOG(LOG_LEVEL_ERROR, "pool_failed", LOG_TEXT("cause", error.cause));
    }
    configuration_free(&configuration);
    return kind == ERROR_NONE ? EXIT_SUCCESS : EXIT_FAILURE;
}
