#include "stockpilot/config/configuration.h"

#include <stdint.h>
#include <string.h>

#include "stockpilot/config/configuration_file.h"
#include "stockpilot/config/configuration_rules.h"
#include "stockpilot/config/database_url.h"
#include "stockpilot/config/option_value.h"
#include "stockpilot/config/parameter_source.h"

/* The file, and a parameter of 8 kB for each option. */
#define MEMORY_LIMIT ((size_t)4 * CONFIGURATION_FILE_MAX_BYTES + (size_t)2 * OPTION_LIMIT * 8192)

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
            values[i] =
                (struct option_value){ .text = text, .source = { .origin = OPTION_ENVIRONMENT } };
        }
    }
}

/* One loading, on its way from texts to fields. */
struct loading {
    struct configuration *configuration;
    struct option_value *values;
    const char *const *names; /* of the options that are needed; NULL: all */
    struct configuration_report *report;
};

static bool is_among(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return false;
}

static struct option_value *value_of(const struct loading *loading,
                                     const struct option_definition *option)
{
    size_t count;
    return &loading->values[option - option_table(&count)];
}

/* The password of a URL that is needed and, as far as is known by now, has none. */
static bool is_needed_password(const struct loading *loading,
                               const struct option_definition *option)
{
    if (option->password_of == NULL || !is_among(option->password_of, loading->names)) {
        return false;
    }
    const char *url = value_of(loading, option_find(option->password_of))->text;
    return url == NULL || (syntax_database_url(url) == NULL && !database_url_has_password(url));
}

static bool is_needed(const struct loading *loading, const struct option_definition *option)
{
    static const char *const of_the_place[] = { "STOCKPILOT_ENVIRONMENT", "AWS_REGION",
                                                "PARAMETER_STORE_PATH", "SSM_ENDPOINT", NULL };
    return loading->names == NULL || is_among(option->name, loading->names) ||
           is_needed_password(loading, option) ||
           strcmp(option->name, "USE_PARAMETER_STORE") == 0 ||
           (loading->configuration->use_parameter_store && is_among(option->name, of_the_place));
}

static void check_value(struct loading *loading, const struct option_definition *option)
{
    size_t count;
    const size_t row = (size_t)(option - option_table(&count));
    struct option_value *value = &loading->values[row];

    if (!is_needed(loading, option)) {
        value->text = NULL;
    }
    option_value_set(option, value, loading->configuration, loading->report);
    loading->report->sources[row] = value->source;
}

/* Those of this host, or all others, but one that was checked already. */
static void check_values(struct loading *loading, bool local,
                         const struct option_definition *checked)
{
    size_t count;
    const struct option_definition *options = option_table(&count);

    for (size_t i = 0; i < count; i++) {
        if (((options[i].flags & OPTION_LOCAL) != 0) == local && &options[i] != checked) {
            check_value(loading, &options[i]);
        }
    }
}

static void add_memory_error(struct configuration_report *report)
{
    configuration_report_add(report, PROBLEM_ERROR, "configuration",
                             (struct option_source){ .origin = OPTION_UNSET },
                             "does not fit into memory", "Free some memory.");
}

static bool derive_parameter_path(struct loading *loading)
{
    struct configuration *configuration = loading->configuration;
    size_t count;
    const size_t row = (size_t)(option_find("PARAMETER_STORE_PATH") - option_table(&count));

    if (configuration->parameter_store_path == NULL) {
        configuration->parameter_store_path =
            arena_printf(configuration->arena, "/stockpilot/%s", configuration->environment);
        loading->report->sources[row].origin = OPTION_DEFAULT;
    }
    return configuration->parameter_store_path != NULL;
}

/* Whether there is an option that only the store can give. */
static bool is_any_open(const struct loading *loading)
{
    size_t count;
    const struct option_definition *options = option_table(&count);

    for (size_t i = 0; i < count; i++) {
        if ((options[i].flags & OPTION_LOCAL) == 0 && is_needed(loading, &options[i]) &&
            loading->values[i].text == NULL) {
            return true;
        }
    }
    return false;
}

/* false: what stands there is not known; why, is told. */
static bool read_parameters(struct loading *loading, const struct parameter_source *source)
{
    struct configuration *configuration = loading->configuration;

    if (!derive_parameter_path(loading)) {
        add_memory_error(loading->report);
        return false;
    }
    if (!is_any_open(loading)) {
        return true;
    }
    if (source == NULL) {
        configuration_report_add(loading->report, PROBLEM_ERROR, "USE_PARAMETER_STORE",
                                 (struct option_source){ .origin = OPTION_UNSET },
                                 "is true, but this program cannot read Parameter Store",
                                 "Set it to false.");
        return false;
    }
    if (!configuration_check_parameter_place(configuration, loading->values, loading->report)) {
        return false;
    }
    const struct parameter_place place = { configuration->aws_region, configuration->ssm_endpoint,
                                           configuration->parameter_store_path };
    return parameter_source_read(source, &place, loading->names, configuration->arena,
                                 loading->values, loading->report);
}

/* Options of this host first: they say where the others may stand. false: what stands in the store
 * is not known, so that nobody can say what is missing. */
static bool check_all(struct loading *loading, const struct parameter_source *source)
{
    const struct option_definition *use = option_find("USE_PARAMETER_STORE");
    const size_t errors_before = loading->report->error_count;
    bool known = true;

    check_value(loading, use);
    check_values(loading, true, use);
    if (loading->configuration->use_parameter_store) {
        known = loading->report->error_count == errors_before && read_parameters(loading, source);
    }
    check_values(loading, false, use);
    return known;
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

static void add_password_error(const struct loading *loading,
                               const struct option_definition *option, const char *fact)
{
    configuration_report_add(loading->report, PROBLEM_ERROR, option->name,
                             value_of(loading, option)->source, fact,
                             "Give one password, for one URL.");
}

static const char **text_of(const struct loading *loading, const struct option_definition *option)
{
    return (const char **)((char *)loading->configuration + option->offset);
}

/* Puts a password that is an option of its own into its URL. */
static void join_password(const struct loading *loading, const struct option_definition *option)
{
    const char *password = *text_of(loading, option);
    const char **url = text_of(loading, option_find(option->password_of));

    if (password == NULL) {
        return;
    }
    if (*url == NULL) {
        add_password_error(loading, option, "is given without its URL");
    } else if (database_url_has_password(*url)) {
        add_password_error(loading, option, "is given, and there is one in the URL as well");
    } else {
        *url = database_url_with_password(loading->configuration->arena, *url, password);
        if (*url == NULL) {
            add_memory_error(loading->report);
        }
    }
}

static void join_passwords(const struct loading *loading)
{
    size_t count;
    const struct option_definition *options = option_table(&count);

    for (size_t i = 0; i < count; i++) {
        if (options[i].password_of != NULL) {
            join_password(loading, &options[i]);
        }
    }
}

static bool load(struct loading *loading, const char *file, char *const *environ,
                 const struct parameter_source *source)
{
    struct configuration *configuration = loading->configuration;
    struct configuration_report *report = loading->report;
    const bool all = loading->names == NULL;

    read_file(file, environ, configuration->arena, loading->values, report);
    read_environment(environ, loading->values);
    if (check_all(loading, source) && all) {
        configuration_check_rules(configuration, loading->values, report);
    }
    if (report->error_count == 0) {
        join_passwords(loading);
    }
    if (report->error_count == 0 && all && !derive_issuer(configuration)) {
        add_memory_error(report);
    }
    return report->error_count == 0;
}

bool configuration_load_only(struct configuration *configuration, const char *file,
                             char *const *environ, const char *const *names,
                             const struct parameter_source *parameters,
                             struct configuration_report *report)
{
    struct option_value values[OPTION_LIMIT] = { 0 };
    struct configuration loaded = { .arena = arena_new_private(MEMORY_LIMIT) };
    struct loading loading = { &loaded, values, names, report };

    configuration_report_init(report);
    if (loaded.arena == NULL) {
        add_memory_error(report);
        return false;
    }
    if (!load(&loading, file, environ, parameters)) {
        arena_free(loaded.arena);
        memset(report->sources, 0, sizeof report->sources); /* their names are gone */
        return false;
    }
    *configuration = loaded;
    return true;
}

bool configuration_load(struct configuration *configuration, const char *file, char *const *environ,
                        const struct parameter_source *parameters,
                        struct configuration_report *report)
{
    return configuration_load_only(configuration, file, environ, NULL, parameters, report);
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
