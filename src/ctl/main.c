/* stockpilotctl: what an administrator types. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "stockpilot/memory/private_process.h"
#include "stockpilot/store/schema_version.h"

static const struct command commands[] = {
    { "check-config", "[--list]", "Check the configuration and show where each value is from",
      check_config_command },
    { "help", "[COMMAND]", "Show how a command is used", help_command },
    { "import", "[--dry-run] [--json] --from URL",
      "Take over a database of the former Express backend", import_command },
    { "migrate", "[--dry-run] [--directory DIR]", "Bring the database's schema up to date",
      migrate_command },
    { "outbox", "[list | retry ID | retry --all-parked | park ID] [--json]",
      "Show the messages that are not out yet, send them again or put them aside", outbox_command },
    { "reload", "[--no-wait]",
      "Replace all workers by ones of the configuration and program on disk", reload_command },
    { "routes", "[--json]", "Show the endpoints of the API", routes_command },
    { "scale", "[--no-wait] NUMBER|MIN-MAX", "Change how many workers there are", scale_command },
    { "settings", "[NAME=VALUE...]", "Show or change the settings of the business",
      settings_command },
    { "status", "[--json | --watch]", "Show what the workers are doing, and what is wrong",
      status_command },
    { "verify", "[--json]", "Compute the books anew and show every difference", verify_command },
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static void print_usage(FILE *stream)
{
    fputs("Usage: stockpilotctl [--config FILE] COMMAND [OPTION...]\n\n", stream);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(stream, "  %-14s%s\n", commands[i].name, commands[i].purpose);
    }
    fputs("\n  --config FILE  Read options from FILE instead of " STOCKPILOT_SYSCONFDIR
          "/stockpilot.conf\n"
          "  --help         Show this text\n"
          "  --version      Show the program's and the schema's version\n\n"
          "`stockpilotctl help COMMAND` shows a command's options; see also stockpilotctl(8).\n",
          stream);
}

static void print_command_usage(const struct command *command, FILE *stream)
{
    fprintf(stream, "Usage: stockpilotctl %s [--config FILE] %s\n%s.\n", command->name,
            command->usage, command->purpose);
}

enum command_status command_misused(const char *name)
{
    print_command_usage(find_command(name), stderr);
    return COMMAND_MISUSED;
}

void command_print_problems(const struct configuration_report *report)
{
    configuration_report_print(report, stderr);
}

static enum command_status unknown_command(const char *name)
{
    fprintf(stderr, "stockpilotctl: there is no command \"%s\"\n\n", name);
    print_usage(stderr);
    return COMMAND_MISUSED;
}

enum command_status help_command(const char *config_file, int count, char *const *arguments)
{
    (void)config_file;
    if (count > 2) {
        return command_misused("help");
    }
    if (count < 2) {
        print_usage(stdout);
        return COMMAND_DONE;
    }
    const struct command *command = find_command(arguments[1]);
    if (command == NULL) {
        return unknown_command(arguments[1]);
    }
    print_command_usage(command, stdout);
    return COMMAND_DONE;
}

static enum command_status print_version(void)
{
    printf("stockpilotctl (%s) %s, schema %d\n", PACKAGE_NAME, PACKAGE_VERSION,
           schema_version_expected());
    return COMMAND_DONE;
}

static enum command_status run_command(const char *config_file, int count, char *const *arguments)
{
    if (count == 0) {
        print_usage(stderr);
        return COMMAND_MISUSED;
    }
    const struct command *command = find_command(arguments[0]);
    if (command == NULL) {
        return unknown_command(arguments[0]);
    }
    optind = 0; /* GNU: start over, on the command's own arguments */
    return command->run(config_file, count, arguments);
}

/* Output that did not get to where it should is a failure of whatever was done. */
static int finish(enum command_status status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("stockpilotctl: cannot write the output");
        return COMMAND_FAILED;
    }
    return (int)status;
}

int main(int argc, char **argv)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "help", no_argument, NULL, 'h' },
                                             { "version", no_argument, NULL, 'V' },
                                             { NULL, 0, NULL, 0 } };
    const char *config_file = NULL;
    int letter;

    process_keep_private();
    /* '+': what stands behind the command is the command's. */
    while ((letter = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        switch (letter) {
        case 'c':
            config_file = optarg;
            break;
        case 'h':
            print_usage(stdout);
            return finish(COMMAND_DONE);
        case 'V':
            return finish(print_version());
        default:
            print_usage(stderr);
            return COMMAND_MISUSED;
        }
    }
    return finish(run_command(config_file, argc - optind, argv + optind));
}
