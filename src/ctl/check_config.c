#include "command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "stockpilot/config/configuration.h"
#include "stockpilot/config/option_table.h"
#include "stockpilot/config/option_value.h"
#include "stockpilot/parameters/parameters.h"

/* "parameter " and the longest name that is told whole. */
#define PLACE_SIZE 160

static void print_names(void)
{
    size_t count;
    const struct option_definition *options = option_table(&count);

    for (size_t i = 0; i < count; i++) {
        puts(options[i].name);
    }
}

/* The column of the values begins behind the longest place. */
static int place_width(const struct configuration_report *report)
{
    size_t count;
    int widest = 0;

    (void)option_table(&count);
    for (size_t i = 0; i < count; i++) {
        char from[PLACE_SIZE];
        option_source_describe(report->sources[i], from, sizeof from);
        widest = (int)strlen(from) > widest ? (int)strlen(from) : widest;
    }
    return widest;
}

static void print_option(const struct option_definition *option, struct option_source source,
                         const struct configuration *configuration, int width)
{
    char from[PLACE_SIZE];
    char value[2048];

    option_source_describe(source, from, sizeof from);
    option_value_describe(option, source, configuration, value, sizeof value);
    if (*value != '\0') {
        printf("%-35s%-*s  %s\n", option->name, width, from, value);
    } else {
        printf("%-35s%s\n", option->name, from);
    }
}

static bool is_encrypted(const struct configuration_report *report, const char *name)
{
    size_t count;
    return report->sources[option_find(name) - option_table(&count)].secure;
}

/* Both are made of options that the list does not show when they are from a SecureString. */
static void print_token_source(const struct configuration *configuration,
                               const struct configuration_report *report)
{
    static const char hidden[] = "(from a SecureString)";
    const bool of_pool = configuration->cognito_issuer == NULL;
    const bool issuer_hidden =
        is_encrypted(report, of_pool ? "COGNITO_USER_POOL_ID" : "COGNITO_ISSUER");
    const bool keys_hidden = configuration->cognito_jwks_url == NULL
                                 ? issuer_hidden
                                 : is_encrypted(report, "COGNITO_JWKS_URL");

    printf("\nTokens are accepted from %s\nwhose keys are at %s\n",
           issuer_hidden ? hidden : configuration_issuer(configuration),
           keys_hidden ? hidden : configuration_jwks_url(configuration));
}

static void print_configuration(const struct configuration *configuration,
                                const struct configuration_report *report)
{
    size_t count;
    const struct option_definition *options = option_table(&count);
    const int width = place_width(report);

    printf("File: %s\n", report->file[0] != '\0' ? report->file : "none");
    if (configuration->use_parameter_store) {
        printf("Parameter Store: %s in %s\n", configuration->parameter_store_path,
               configuration->aws_region);
    }
    printf("\n");
    for (size_t i = 0; i < count; i++) {
        print_option(&options[i], report->sources[i], configuration, width);
    }
    print_token_source(configuration, report);
}

static enum command_status check(const char *config_file)
{
    static struct configuration_report report;
    struct configuration configuration;
    const bool loaded =
        parameters_load(&configuration, config_file, environ, PARAMETERS_ASKED, &report);

    command_print_problems(&report);
    if (!loaded) {
        return COMMAND_FAILED;
    }
    print_configuration(&configuration, &report);
    configuration_free(&configuration);
    return COMMAND_DONE;
}

enum command_status check_config_command(const char *config_file, int count, char *const *arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "list", no_argument, NULL, 'l' },
                                             { NULL, 0, NULL, 0 } };
    bool list = false;
    int letter;

    while ((letter = getopt_long(count, arguments, "", options, NULL)) != -1) {
        if (letter == 'c') {
            config_file = optarg;
        } else if (letter == 'l') {
            list = true;
        } else {
            return command_misused(arguments[0]);
        }
    }
    if (optind < count) {
        return command_misused(arguments[0]);
    }
    if (list) {
        print_names();
        return COMMAND_DONE;
    }
    return check(config_file);
}
