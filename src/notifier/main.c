/*
 * stockpilot-notifier - takes messages out of the outbox to where they go (SNS, the image store,
 * the user pool), and keeps the database in order.
 *
 * Exit status: 0 after TERM or INT, 1 when it cannot run, 2 for wrong usage, 78 (EX_CONFIG) for a
 * configuration error at the start. Database and destinations being away are none: it waits for
 * them.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "stockpilot/config/configuration.h"
#include "stockpilot/log/log.h"
#include "stockpilot/memory/private_process.h"
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

/* A reload, from HUP until all has begun anew. */
struct reloading {
    const char *file;
    struct configuration next;
};

/* A configuration with errors changes nothing: all goes on by the former one. */
static bool load_next(void *context)
{
    struct reloading *reloading = context;
    bool loaded =
        parameters_load_logged(&reloading->next, reloading->file, environ, PARAMETERS_ASKED);
    if (!loaded) {
        LOG(LOG_LEVEL_ERROR, "notifier_reload_refused");
    }
    return loaded;
}

static void run(struct configuration *configuration, const char *file)
{
    struct reloading reloading = { .file = file };
    const struct supervisor_reload reload = { load_next, &reloading };
    topics_log_missing(configuration);
    while (supervisor_run(configuration, &reload) == SUPERVISOR_RELOAD) {
        configuration_free(configuration);
        *configuration = reloading.next;
        LOG(LOG_LEVEL_INFO, "notifier_reloaded");
        topics_log_missing(configuration);
    }
}

int main(int count, char **arguments)
{
    process_keep_private();
    supervisor_take_signals();
    const char *file = read_arguments(count, arguments);
    struct configuration configuration;
    if (!parameters_load_logged(&configuration, file, environ, PARAMETERS_ASKED)) {
        return EX_CONFIG;
    }
    LOG(LOG_LEVEL_INFO, "notifier_started");
    run(&configuration, file);
    LOG(LOG_LEVEL_INFO, "notifier_stopped");
    configuration_free(&configuration);
    return EXIT_SUCCESS;
}
