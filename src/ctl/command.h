/*
 * command.h - what stockpilotctl can be told to do: one row of the table in main.c and one file
 * each.
 */
#ifndef STOCKPILOT_SRC_CTL_COMMAND_H
#define STOCKPILOT_SRC_CTL_COMMAND_H

#include "stockpilot/config/configuration_report.h"

/* What the program ends with. */
enum command_status { COMMAND_DONE = 0, COMMAND_FAILED = 1, COMMAND_MISUSED = 2 };

struct command {
    const char *name;
    const char *usage; /* what follows the name */
    const char *purpose;
    /* arguments[0] is the command's name. config_file: what --config before the command named, or
     * NULL. */
    enum command_status (*run)(const char *config_file, int count, char *const *arguments);
};

enum command_status check_config_command(const char *config_file, int count,
                                         char *const *arguments);
enum command_status help_command(const char *config_file, int count, char *const *arguments);
enum command_status import_command(const char *config_file, int count, char *const *arguments);
enum command_status migrate_command(const char *config_file, int count, char *const *arguments);
enum command_status outbox_command(const char *config_file, int count, char *const *arguments);
enum command_status reload_command(const char *config_file, int count, char *const *arguments);
enum command_status scale_command(const char *config_file, int count, char *const *arguments);
enum command_status settings_command(const char *config_file, int count, char *const *arguments);
enum command_status status_command(const char *config_file, int count, char *const *arguments);
enum command_status routes_command(const char *config_file, int count, char *const *arguments);
enum command_status verify_command(const char *config_file, int count, char *const *arguments);

/* Says how the command is used, on standard error; returns COMMAND_MISUSED. */
enum command_status command_misused(const char *name);

/* Prints the report's problems on standard error under the program's name. */
void command_print_problems(const struct configuration_report *report);

#endif
