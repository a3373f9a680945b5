#include "stockpilot/config/parameter_source.h"

#include <stdio.h>
#include <string.h>

#include "stockpilot/config/parameter_name.h"

struct parameter_taker {
    const char *path;
    const char *const *names; /* NULL: all */
    struct arena *arena;
    struct option_value *values;
    struct configuration_report *report;
};

static const struct option_source nowhere = { .origin = OPTION_UNSET };

static bool is_of_interest(const struct parameter_taker *taker,
                           const struct option_definition *option)
{
    const char *const *name = taker->names;
    while (name != NULL && *name != NULL && strcmp(*name, option->name) != 0 &&
           (option->password_of == NULL || strcmp(*name, option->password_of) != 0)) {
        name++;
    }
    return name == NULL || *name != NULL;
}

static void add_warning(const struct parameter_taker *taker, const char *name, const char *fact,
                        const char *hint)
{
    configuration_report_add(taker->report, PROBLEM_WARNING, name, nowhere, fact, hint);
}

static void warn_of_stranger(const struct parameter_taker *taker, const char *name)
{
    if (taker->names == NULL) {
        add_warning(taker, name, "is a parameter but not an option",
                    "It is ignored; stockpilotctl check-config --list has all options.");
    }
}

static void warn_of_local(const struct parameter_taker *taker, const char *name,
                          const struct option_definition *option)
{
    char hint[160];
    snprintf(hint, sizeof hint, "It is ignored: give %s in the file or the environment.",
             option->name);
    add_warning(taker, name, "cannot come from Parameter Store", hint);
}

/* Two spellings of one option, "DATABASE_URL" and "database/url". */
static void take_other_spelling(const struct parameter_taker *taker,
                                const struct option_value *value, const struct parameter *parameter,
                                const struct option_definition *option)
{
    char fact[256];
    if (strcmp(value->text, parameter->value) != 0) {
        snprintf(fact, sizeof fact, "is another value than that of the parameter %s",
                 parameter->name);
        configuration_report_add(taker->report, PROBLEM_ERROR, option->name, value->source, fact,
                                 "Delete one of the two.");
    }
}

static bool set(const struct parameter_taker *taker, struct option_value *value,
                const struct parameter *parameter)
{
    const char *name = arena_copy(taker->arena, parameter->name, strlen(parameter->name));
    const char *text = arena_copy(taker->arena, parameter->value, strlen(parameter->value));
    if (name == NULL || text == NULL) {
        return false;
    }
    *value = (struct option_value){
        .text = text,
        .source = { .origin = OPTION_PARAMETER, .parameter = name, .secure = parameter->secure },
    };
    return true;
}

bool parameter_take(struct parameter_taker *taker, const struct parameter *parameter)
{
    size_t count;
    const struct option_definition *option = parameter_option(taker->path, parameter->name);
    if (option == NULL) {
        warn_of_stranger(taker, parameter->name);
        return true;
    }
    if (!is_of_interest(taker, option) || parameter->value[0] == '\0') {
        return true;
    }
    struct option_value *value = &taker->values[option - option_table(&count)];
    if ((option->flags & OPTION_LOCAL) != 0) {
        warn_of_local(taker, parameter->name, option);
    } else if (value->text == NULL) {
        return set(taker, value, parameter);
    } else if (value->source.origin == OPTION_PARAMETER) {
        take_other_spelling(taker, value, parameter, option);
    }
    return true;
}

bool parameter_source_read(const struct parameter_source *source,
                           const struct parameter_place *place, const char *const *names,
                           struct arena *arena, struct option_value values[OPTION_LIMIT],
                           struct configuration_report *report)
{
    char fact[256];
    struct error error = { 0 };
    struct parameter_taker taker = { place->path, names, arena, values, report };
    if (source->read(source->context, place, &taker, &error) == ERROR_NONE) {
        return true;
    }
    snprintf(fact, sizeof fact, "cannot be read from Parameter Store: %.200s", error.cause);
    configuration_report_add(report, PROBLEM_ERROR, place->path, nowhere, fact,
                             "See that it can be reached from here, and that this host's "
                             "credentials allow ssm:GetParametersByPath on it.");
    return false;
}
