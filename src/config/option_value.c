#include "stockpilot/config/option_value.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "stockpilot/config/option_syntax.h"
#include "stockpilot/text/decimal.h"

/* What a text was read as; the option's type says which member counts. */
struct parsed {
    int integer;
    bool boolean;
};

static const char *parse_integer(const struct option_definition *option, const char *text,
                                 int *integer)
{
    int64_t number;

    if (!decimal_parse_integer(text, strlen(text), &number)) {
        return "is not a whole number";
    }
    if (number < option->minimum || number > option->maximum) {
        return "is out of range";
    }
    *integer = (int)number;
    return NULL;
}

static const char *parse_boolean(const char *text, bool *boolean)
{
    static const char *const words[] = { "false", "true", "no", "yes", "0", "1" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(text, words[i]) == 0) {
            *boolean = i % 2 == 1;
            return NULL;
        }
    }
    return "is neither true nor false";
}

static const char *check_choice(const struct option_definition *option, const char *text)
{
    for (const char *const *choice = option->choices; *choice != NULL; choice++) {
        if (strcmp(*choice, text) == 0) {
            return NULL;
        }
    }
    return "is not one of its choices";
}

static const char *parse(const struct option_definition *option, const char *text,
                         struct parsed *parsed)
{
    const char *wrong = NULL;

    switch (option->type) {
    case OPTION_INTEGER:
        wrong = parse_integer(option, text, &parsed->integer);
        break;
    case OPTION_BOOLEAN:
        wrong = parse_boolean(text, &parsed->boolean);
        break;
    case OPTION_CHOICE:
        wrong = check_choice(option, text);
        break;
    case OPTION_PATH:
        wrong = syntax_path(text);
        break;
    case OPTION_TEXT:
    case OPTION_WEB_URL:
    case OPTION_DATABASE_URL:
        break;
    }
    return wrong == NULL && option->check != NULL ? option->check(text) : wrong;
}

/* memcpy because the field is known by its offset only. */
static void store(const struct option_definition *option, const char *text,
                  const struct parsed *parsed, struct configuration *configuration)
{
    char *field = (char *)configuration + option->offset;

    if (option->type == OPTION_INTEGER) {
        memcpy(field, &parsed->integer, sizeof parsed->integer);
    } else if (option->type == OPTION_BOOLEAN) {
        memcpy(field, &parsed->boolean, sizeof parsed->boolean);
    } else {
        memcpy(field, &text, sizeof text);
    }
}

/* "a whole number from 0 to 60", "one of error, warning, info, debug" … */
static void describe_expected(const struct option_definition *option, char *text, size_t size)
{
    if (option->type == OPTION_INTEGER) {
        snprintf(text, size, "a whole number from %d to %d", option->minimum, option->maximum);
    } else if (option->type == OPTION_BOOLEAN) {
        snprintf(text, size, "true or false");
    } else if (option->type == OPTION_CHOICE) {
        size_t length = (size_t)snprintf(text, size, "one of %s", option->choices[0]);
        for (size_t i = 1; option->choices[i] != NULL && length < size; i++) {
            length += (size_t)snprintf(text + length, size - length, ", %s", option->choices[i]);
        }
    } else {
        snprintf(text, size, "%s", option->expected);
    }
}

static void add_error(const struct option_definition *option, struct option_source source,
                      const char *fact, struct configuration_report *report)
{
    char expected[192];
    char hint[256];

    describe_expected(option, expected, sizeof expected);
    snprintf(hint, sizeof hint, "Set %s to %s.", option->name, expected);
    configuration_report_add(report, PROBLEM_ERROR, option->name, source, fact, hint);
}

void option_value_add_missing(const struct option_definition *option, const char *parameter_path,
                              struct configuration_report *report)
{
    const struct option_source nowhere = { .origin = OPTION_UNSET };
    char fact[256];

    if (parameter_path != NULL && (option->flags & OPTION_LOCAL) == 0) {
        snprintf(fact, sizeof fact, "is not set, nor is there a parameter %.160s/%s",
                 parameter_path, option->name);
    } else {
        snprintf(fact, sizeof fact, "is not set");
    }
    add_error(option, nowhere, fact, report);
}

static void add_wrong_value(const struct option_definition *option,
                            const struct option_value *value, const char *wrong,
                            struct configuration_report *report)
{
    char fact[256];

    if (option_is_secret(option) || value->source.secure) {
        snprintf(fact, sizeof fact, "%s", wrong);
    } else {
        snprintf(fact, sizeof fact, "%s: \"%.100s\"", wrong, value->text);
    }
    add_error(option, value->source, fact, report);
}

static void set_default(const struct option_definition *option, struct configuration *configuration)
{
    struct parsed parsed = { 0 };

    if (option->default_text != NULL && parse(option, option->default_text, &parsed) == NULL) {
        store(option, option->default_text, &parsed, configuration);
    }
}

void option_value_set(const struct option_definition *option, struct option_value *value,
                      struct configuration *configuration, struct configuration_report *report)
{
    struct parsed parsed = { 0 };

    set_default(option, configuration);
    if (value->text == NULL) {
        value->source.origin = option->default_text != NULL ? OPTION_DEFAULT : OPTION_UNSET;
        return;
    }
    const char *wrong = syntax_text(value->text);
    if (wrong == NULL) {
        wrong = parse(option, value->text, &parsed);
    }
    if (wrong != NULL) {
        add_wrong_value(option, value, wrong, report);
        return;
    }
    const char *copy = arena_copy(configuration->arena, value->text, strlen(value->text));
    if (copy == NULL) {
        add_error(option, value->source, "does not fit into memory", report);
        return;
    }
    store(option, copy, &parsed, configuration);
}

void option_value_describe(const struct option_definition *option, struct option_source source,
                           const struct configuration *configuration, char *text, size_t size)
{
    const char *field = (const char *)configuration + option->offset;
    struct parsed parsed;
    const char *value;

    if (source.secure && !option_is_secret(option)) {
        snprintf(text, size, "(from a SecureString)");
    } else if (option->type == OPTION_INTEGER) {
        memcpy(&parsed.integer, field, sizeof parsed.integer);
        snprintf(text, size, "%d", parsed.integer);
    } else if (option->type == OPTION_BOOLEAN) {
        memcpy(&parsed.boolean, field, sizeof parsed.boolean);
        snprintf(text, size, "%s", parsed.boolean ? "true" : "false");
    } else {
        memcpy(&value, field, sizeof value);
        if (value != NULL && option_is_secret(option)) {
            value = "(secret)";
        }
        snprintf(text, size, "%s", value != NULL ? value : "");
    }
}
