#include "stockpilot/config/configuration.h"

#include <stdint.h>
#include <string.h>

#include "stockpilot/config/configuration_file.h"
#include "stockpilot/config/configuration_rules.h"
#include "stockpilot/config/option_value.h"

#define MEMORY_LIMIT ((size_t)4 * CONFIGURATION_FILE_MAX_BYTES)

static const char *environment_value(char *const *environ, const char *name)
{
    const size_t length = strlen(name);

    for (; *environ != NULL; environ++) {
        if (strncmp(*environ, name, length) == 0 && (*environ)[length] == '=') {
            const char *value = *environ + length + 1;
            return *value != '\0' ? value : NULL;
        }
    }
    return NULL;
}

static void read_file(const char *file, char *const *environ, struct arena *arena,
                      struct option_value values[OPTION_LIMIT], struct configuration_report *report)
{
    bool may_be_missing = false;

    if (file == NULL) {
        file = environment_value(environ, "STOCKPILOT_CONFIG");
    }
    if (file == NULL) {
        file = STOCKPILOT_SYSCONFDIR "/stockpilot.conf";
        may_be_missing = true;
    }
    configuration_file_read(file, may_be_missing, arena, values, report);
}

static void read_environment(char *const *environ, struct option_value values[OPTION_LIMIT])
{
    size_t count;
    const struct option_definition *options = option_table(&count);

    for (size_t i = 0; i < count; i++) {
        const char *text = environment_value(environ, options[i].name);
        if (text != NULL) {
            values[i] = (struct option_value){ text, { OPTION_ENVIRONMENT, 0 } };
        }
    }
}

static bool is_named(const char *name, const char *const *names)
{
    for (; names != NULL && *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return names == NULL;
}

static void check_values(struct configuration *configuration, struct option_value *values,
                         const char *const *names, struct configuration_report *report)
{
    size_t count;
    const struct option_definition *options = option_table(&count);

    for (size_t i = 0; i < count; i++) {
        if (!is_named(options[i].name, names)) {
            values[i].text = NULL;
        }
        option_value_set(&options[i], &values[i], configuration, report);
        report->sources[i] = values[i].source;
    }
}

static bool derive_issuer(struct configuration *configuration)
{
    configuration->issuer = configuration->cognito_issuer;
    if (configuration->issuer == NULL) {
        configuration->issuer =
            arena_printf(configuration->arena, "https://cognito-idp.%s.amazonaws.com/%s",
                         configuration->aws_region, configuration->cognito_user_pool_id);
    }
    configuration->jwks_url = configuration->cognito_jwks_url;
    if (configuration->issuer != NULL && configuration->jwks_url == NULL) {
        configuration->jwks_url =
            arena_printf(configuration->arena, "%s/.well-known/jwks.json", configuration->issuer);
    }
    return configuration->issuer != NULL && configuration->jwks_url != NULL;
}

static void add_memory_error(struct configuration_report *report)
{
    configuration_report_add(report, PROBLEM_ERROR, "configuration",
                             (struct option_source){ OPTION_UNSET, 0 }, "does not fit into memory",
                             "Free some memory.");
}

static bool load(struct configuration *configuration, const char *file, char *const *environ,
                 const char *const *names, struct configuration_report *report)
{
    struct option_value values[OPTION_LIMIT] = { 0 };

    read_file(file, environ, configuration->arena, values, report);
    read_environment(environ, values);
    check_values(configuration, values, names, report);
    if (names == NULL) {
        configuration_check_rules(configuration, values, report);
    }
    if (report->error_count == 0 && names == NULL && !derive_issuer(configuration)) {
        add_memory_error(report);
    }
    return report->error_count == 0;
}

bool configuration_load_only(struct configuration *configuration, const char *file,
                             char *const *environ, const char *const *names,
                             struct configuration_report *report)
{
    struct configuration loaded = { .arena = arena_new(MEMORY_LIMIT) };

    configuration_report_init(report);
    if (loaded.arena == NULL) {
        add_memory_error(report);
        return false;
    }
    if (!load(&loaded, file, environ, names, report)) {
        arena_free(loaded.arena);
        return false;
    }
    *configuration = loaded;
    return true;
}

bool configuration_load(struct configuration *configuration, const char *file, char *const *environ,
                        struct configuration_report *report)
{
    return configuration_load_only(configuration, file, environ, NULL, report);
}

void configuration_free(struct configuration *configuration)
{
    arena_free(configuration->arena);
    configuration->arena = NULL;
}

bool configuration_is_production(const struct configuration *configuration)
{
    return configuration->environment == NULL ||
           strcmp(configuration->environment, "development") != 0;
}

const char *configuration_issuer(const struct configuration *configuration)
{
    return configuration->issuer;
}

const char *configuration_jwks_url(const struct configuration *configuration)
{
    return configuration->jwks_url;
}

const char *configuration_migration_database_url(const struct configuration *configuration)
{
    return configuration->migration_database_url != NULL ? configuration->migration_database_url
                                                         : configuration->database_url;
}
