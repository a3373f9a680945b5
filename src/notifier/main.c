/*
 * stockpilot-notifier - takes messages out of the outbox to SNS, and keeps the database in order.
 *
 * Exit status: 0 after TERM or INT, 1 when it cannot run, 2 for wrong usage, 78 (EX_CONFIG) for a
 * configuration error at the start. Database and SNS being away are none: it waits for them.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sysexits.h>

#include "stockpilot/config/configuration.h"
#include "stockpilot/log/log.h"
#include "stockpilot/parameters/parameters.h"
#include "supervisor.h"
#include "topics.h"

extern char **environ;

#define EXIT_USAGE 2

static const char usage[] = "usage: stockpilot-notifier [--config FILE]\n"
                            "Publishes what stands in the outbox; ended by TERM.\n"
                            "  --config FILE  read this configuration\n"
                            "  --help         show this\n"
                            "  --version      show the version\n";

static const char *read_arguments(int count, char **arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "help", no_argument, NULL, 'h' },
                                             { "version", no_argument, NULL, 'V' },
                                             { NULL, 0, NULL, 0 } };
    const char *file = NULL;
    int option;
    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            file = optarg;
            break;
        case 'h':
            fputs(usage, stdout);
            exit(0);
        case 'V':
            puts("stockpilot-notifier " PACKAGE_VERSION);
            exit(0);
        default:
            fputs(usage, stderr);
            exit(EXIT_USAGE);
        }
    }
    if (optind < count) {
        fputs(usage, stderr);
        exit(EXIT_USAGE);
    }
    return file;
}

/* Into the log, and not as sentences beside it: at a reload nobody sits in front of it. */
static void log_problems(const struct configuration_report *report)
{
    for (size_t i = 0; i < report->problem_count; i++) {
        const struct configuration_problem *problem = &report->problems[i];
        LOG(problem->severity == PROBLEM_ERROR ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING,
            "configuration_problem", LOG_TEXT("option", problem->subject),
            LOG_TEXT("place", problem->place), LOG_TEXT("fact", problem->fact),
            LOG_TEXT("hint", problem->hint));
    }
}

static bool load_configuration(struct configuration *configuration, const char *file)
{
    struct configuration_report *report = calloc(1, sizeof *report);
    if (report == NULL) {
        return false;
    }
    bool loaded = parameters_load(configuration, file, environ, PARAMETERS_ASKED, report);
    log_problems(report);
    free(report);
    enum log_level level;
    if (loaded && log_level_from_name(configuration->log_level, &level)) {
        log_set_level(level);
    }
    return loaded;
}

/* A configuration with errors changes nothing: the former one goes on. */
static void reload(struct configuration *configuration, const char *file)
{
    struct configuration next;
    if (load_configuration(&next, file)) {
        configuration_free(configuration);
        *configuration = next;
        LOG(LOG_LEVEL_INFO, "notifier_reloaded");
    } else {
        LOG(LOG_LEVEL_ERROR, "notifier_reload_refused");
    }
}

/* The database's password and AWS's keys are in this memory: no core file, and no debugger of the
 * same user. The leak check of a sanitizer build is such a debugger. */
static void keep_memory_private(void)
{
#ifndef WITH_ADDRESS_SANITIZER
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

int main(int count, char **arguments)
{
    keep_memory_private();
    supervisor_take_signals();
    const char *file = read_arguments(count, arguments);
    struct configuration configuration;
    if (!load_configuration(&configuration, file)) {
        return EX_CONFIG;
    }
    LOG(LOG_LEVEL_INFO, "notifier_started");
    topics_log_missing(&configuration);
    while (supervisor_run(&configuration) == SUPERVISOR_RELOAD) {
        reload(&configuration, file);
        topics_log_missing(&configuration);
    }
    LOG(LOG_LEVEL_INFO, "notifier_stopped");
    configuration_free(&configuration);
    return EXIT_SUCCESS;
}
