#include "command.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "stockpilot/config/configuration.h"
#include "stockpilot/parameters/parameters.h"
#include "stockpilot/store/settings_change.h"

static void tell(const char *name, const char *value)
{
    printf("%s=%s\n", name, value != NULL ? value : "");
}

static enum command_status run(const struct configuration *configuration, size_t count,
                               char *const *assignments)
{
    const struct settings_change change = {
        .database_url = configuration_migration_database_url(configuration),
        .count = count,
        .assignments = assignments,
        .tell = tell,
    };
    char why[512];
    if (change.database_url == NULL) {
        fputs("stockpilotctl: neither MIGRATION_DATABASE_URL nor DATABASE_URL is set\n", stderr);
        return COMMAND_FAILED;
    }
    if (!settings_change(&change, why, sizeof why)) {
        fprintf(stderr, "stockpilotctl: %s\n", why);
        return COMMAND_FAILED;
    }
    return COMMAND_DONE;
}

enum command_status settings_command(const char *config_file, int count, char *const *arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { NULL, 0, NULL, 0 } };
    static const char *const needed[] = { "DATABASE_URL", "MIGRATION_DATABASE_URL", NULL };
    static struct configuration_report report;
    struct configuration configuration;
    int letter;

    while ((letter = getopt_long(count, arguments, "", options, NULL)) != -1) {
        if (letter != 'c') {
            return command_misused(arguments[0]);
        }
        config_file = optarg;
    }
    const bool loaded = parameters_load_only(&configuration, config_file, environ, needed, &report);
    command_print_problems(&report);
    if (!loaded) {
        return COMMAND_FAILED;
    }
    const enum command_status status =
        run(&configuration, (size_t)(count - optind), arguments + optind);
    configuration_free(&configuration);
    return status;
}
