#include "command.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "stockpilot/config/configuration.h"
#include "stockpilot/parameters/parameters.h"
#include "stockpilot/store/migrations.h"

struct migrate_options {
    const char *config_file;
    const char *directory; /* NULL: MIGRATIONS_DIRECTORY */
    bool dry_run;
};

static void tell_applied(void *context, const char *file)
{
    const bool *dry_run = context;
    printf("%s %s\n", *dry_run ? "would apply" : "applied", file);
    (void)fflush(stdout);
}

/* "stockpilotctl: 0003_products.sql:12: relation … does not exist", detail and hint below. */
static void print_failure(const struct migration_failure *failure)
{
    fputs("stockpilotctl: ", stderr);
    if (failure->file[0] != '\0' && failure->line > 0) {
        fprintf(stderr, "%s:%d: ", failure->file, failure->line);
    } else if (failure->file[0] != '\0') {
        fprintf(stderr, "%s: ", failure->file);
    }
    fprintf(stderr, "%s\n", failure->fact);
    if (failure->detail[0] != '\0') {
        fprintf(stderr, "Detail: %s\n", failure->detail);
    }
    if (failure->hint[0] != '\0') {
        fprintf(stderr, "Hint: %s\n", failure->hint);
    }
}

static void print_summary(const struct migration_summary *summary, bool dry_run)
{
    if (summary->now == 0) {
        printf("nothing to do: all %zu migrations are applied\n", summary->before);
    } else {
        printf("%zu %s, %zu before\n", summary->now, dry_run ? "to apply" : "applied",
               summary->before);
    }
}

static enum command_status run_migrations(const struct configuration *configuration,
                                          const struct migrate_options *options)
{
    bool dry_run = options->dry_run;
    const struct migration_settings settings = {
        .database_url = configuration_migration_database_url(configuration),
        .directory =
            options->directory != NULL ? options->directory : configuration->migrations_directory,
        .dry_run = dry_run,
        .tell = tell_applied,
        .context = &dry_run,
    };
    struct migration_summary summary;
    struct migration_failure failure;

    if (settings.database_url == NULL) {
        fputs("stockpilotctl: neither MIGRATION_DATABASE_URL nor DATABASE_URL is set\n", stderr);
        return COMMAND_FAILED;
    }
    if (!migrations_run(&settings, &summary, &failure)) {
        print_failure(&failure);
        return COMMAND_FAILED;
    }
    print_summary(&summary, dry_run);
    return COMMAND_DONE;
}

static enum command_status migrate(const struct migrate_options *options)
{
    /* A schema can be made before the rest of an installation is configured. */
    static const char *const needed[] = { "DATABASE_URL", "MIGRATION_DATABASE_URL",
                                          "MIGRATIONS_DIRECTORY", NULL };
    static struct configuration_report report;
    struct configuration configuration;
    const bool loaded =
        parameters_load_only(&configuration, options->config_file, environ, needed, &report);

    command_print_problems(&report);
    if (!loaded) {
        return COMMAND_FAILED;
    }
    const enum command_status status = run_migrations(&configuration, options);
    configuration_free(&configuration);
    return status;
}

enum command_status migrate_command(const char *config_file, int count, char *const *arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "directory", required_argument, NULL, 'd' },
                                             { "dry-run", no_argument, NULL, 'n' },
                                             { NULL, 0, NULL, 0 } };
    struct migrate_options chosen = { config_file, NULL, false };
    int letter;

    while ((letter = getopt_long(count, arguments, "", options, NULL)) != -1) {
        if (letter == 'c') {
            chosen.config_file = optarg;
        } else if (letter == 'd') {
            chosen.directory = optarg;
        } else if (letter == 'n') {
            chosen.dry_run = true;
        } else {
            return command_misused(arguments[0]);
        }
    }
    return optind < count ? command_misused(arguments[0]) : migrate(&chosen);
}
