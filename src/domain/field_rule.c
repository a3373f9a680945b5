#include "stockpilot/domain/field_rule.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "stockpilot/text/decimal.h"
#include "stockpilot/text/iso8601.h"
#include "stockpilot/text/utf8.h"
#include "stockpilot/text/uuid.h"

static const char *place(const struct record_reading *reading)
{
    return reading->at != NULL ? reading->at : "";
}

static void add_error(struct record_reading *reading, const struct field_rule *rule,
                      const char *code, const char *detail)
{
    char pointer[96];
    snprintf(pointer, sizeof pointer, "%s/%s", place(reading), rule->name);
    error_add_field(reading->error, pointer, code, "%s", detail);
}

static void *member(const struct record_reading *reading, const struct field_rule *rule)
{
    return (char *)reading->record + rule->offset;
}

/* A name of the client's in a JSON pointer: escaped as RFC 6901 says, and cut where it is endless.
 */
static void escape_pointer(const struct record_reading *reading, const char *name, char *pointer,
                           size_t size)
{
    size_t used = (size_t)snprintf(pointer, size, "%s/", place(reading));
    for (; *name != '\0' && used + 3 < size; name++) {
        if (*name == '~' || *name == '/') {
            pointer[used++] = '~';
            pointer[used++] = *name == '~' ? '0' : '1';
        } else {
            pointer[used++] = *name;
        }
    }
    /* Never in the middle of a character. */
    while (used > 1 && !utf8_is_valid(pointer, used)) {
        used--;
    }
    pointer[used] = '\0';
}

static const struct field_rule *find_ignoring_case(const struct record_reading *reading,
                                                   const char *name)
{
    for (size_t i = 0; i < reading->rule_count; i++) {
        if (strcasecmp(reading->rules[i].name, name) == 0) {
            return &reading->rules[i];
        }
    }
    return NULL;
}

const struct field_rule *record_find_rule(struct record_reading *reading, const char *name)
{
    char pointer[96];
    const struct field_rule *rule = find_ignoring_case(reading, name);
    if (rule == NULL) {
        escape_pointer(reading, name, pointer, sizeof pointer);
        error_add_field(reading->error, pointer, "unknown_field", "there is no such field");
    } else if (strcmp(rule->name, name) != 0) {
        /* Two spellings of one field: readers of JSON differ over which one counts. */
        escape_pointer(reading, name, pointer, sizeof pointer);
        error_set(reading->error, ERROR_MALFORMED, "The field is written %s.", rule->name);
        error_add_field(reading->error, pointer, "wrong_case", "is written %s", rule->name);
    } else if (rule->type == FIELD_READ_ONLY) {
        add_error(reading, rule, "read_only", "is set by the service");
    } else {
        return rule;
    }
    return NULL;
}

bool field_is_number(const struct field_rule *rule)
{
    return rule->type == FIELD_INTEGER || rule->type == FIELD_DECIMAL;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

static bool check_length(struct record_reading *reading, const struct field_rule *rule,
                         const char *text)
{
    int64_t count = (int64_t)utf8_count(text, strlen(text));
    char detail[96];
    if (rule->minimum > 0 && is_blank(text)) {
        add_error(reading, rule, "blank", "must not be empty");
        return false;
    }
    if (count > rule->maximum) {
        snprintf(detail, sizeof detail, "has at most %" PRId64 " characters, not %" PRId64,
                 rule->maximum, count);
        add_error(reading, rule, "too_long", detail);
        return false;
    }
    return true;
}

/* C0 and C1 controls and DEL; a text keeps its line breaks and tabs. */
static bool check_characters(struct record_reading *reading, const struct field_rule *rule,
                             const char *text)
{
    const char *allowed = rule->type == FIELD_TEXT ? "\n\r\t" : "";
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        bool control = *c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0);
        if (control && strchr(allowed, *c) == NULL) {
            add_error(reading, rule, "control_character",
                      rule->type == FIELD_TEXT ? "has no control characters"
                                               : "is one line without control characters");
            return false;
        }
    }
    return true;
}

static bool check_choice(struct record_reading *reading, const struct field_rule *rule,
                         const char *text)
{
    char detail[112] = "is one of";
    for (const char *const *choice = rule->choices; *choice != NULL; choice++) {
        if (strcmp(*choice, text) == 0) {
            return true;
        }
        size_t used = strlen(detail);
        snprintf(detail + used, sizeof detail - used, "%s %s", choice == rule->choices ? "" : ",",
                 *choice);
    }
    add_error(reading, rule, "not_a_choice", detail);
    return false;
}

static bool check_url(struct record_reading *reading, const struct field_rule *rule,
                      const char *text)
{
    bool web = strncasecmp(text, "https://", 8) == 0 || strncasecmp(text, "http://", 7) == 0 ||
               (text[0] == '/' && text[1] != '/');
    for (const unsigned char *c = (const unsigned char *)text; web && *c != '\0'; c++) {
        web = *c > 0x20 && *c < 0x7f && strchr("\"<>\\^`{|}", *c) == NULL;
    }
    if (!web) {
        add_error(reading, rule, "not_an_address", "is an http or https address, or a path");
        return false;
    }
    return true;
}

/* One part or several, with a '.' between them, of letters, digits and '-'. */
static bool is_domain(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    for (;;) {
        size_t length = strspn(text, allowed);
        if (length == 0 || length > 63 || text[0] == '-' || text[length - 1] == '-') {
            return false;
        }
        if (text[length] != '.') {
            return text[length] == '\0';
        }
        text += length + 1;
    }
}

/* https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address */
static bool check_email(struct record_reading *reading, const struct field_rule *rule,
                        const char *text)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-";
    size_t local = strspn(text, allowed);
    if (local == 0 || text[local] != '@' || !is_domain(text + local + 1)) {
        add_error(reading, rule, "not_an_email", "is an e-mail address");
        return false;
    }
    return true;
}

static bool text_is_valid(struct record_reading *reading, const struct field_rule *rule,
                          const char *text)
{
    switch (rule->type) {
    case FIELD_UUID:
        if (!uuid_is_valid(text, strlen(text))) {
            add_error(reading, rule, "not_a_uuid", "is a UUID");
            return false;
        }
        return true;
    case FIELD_CHOICE:
        return check_choice(reading, rule, text);
    case FIELD_DAY:
        if (!iso8601_names_day(text)) {
            add_error(reading, rule, "not_a_day", "is a day such as 2023-11-23");
            return false;
        }
        return true;
    case FIELD_INSTANT:
        if (!iso8601_is_instant(text)) {
            add_error(reading, rule, "not_a_time", "is a time such as 2023-11-23T11:54:21Z");
            return false;
        }
        return true;
    case FIELD_URL:
        return check_length(reading, rule, text) && check_url(reading, rule, text);
    case FIELD_EMAIL:
        return check_length(reading, rule, text) && check_email(reading, rule, text);
    default:
        return check_length(reading, rule, text) && check_characters(reading, rule, text);
    }
}

void record_set_text(struct record_reading *reading, const struct field_rule *rule,
                     const char *text)
{
    if (text[0] == '\0' && rule->nullable) {
        record_set_null(reading, rule);
        return;
    }
    reading->given |= rule->bit;
    if (text_is_valid(reading, rule, text)) {
        *(const char **)member(reading, rule) = text;
    }
}

/* "from 0 to 999999999999.99" */
static void describe_range(const struct field_rule *rule, char *detail, size_t size)
{
    char low[DECIMAL_TEXT_SIZE];
    char high[DECIMAL_TEXT_SIZE];
    decimal_format(rule->minimum, rule->scale, low, sizeof low);
    decimal_format(rule->maximum, rule->scale, high, sizeof high);
    snprintf(detail, size, "is a number from %s to %s", low, high);
}

void record_set_number(struct record_reading *reading, const struct field_rule *rule,
                       const char *literal)
{
    reading->given |= rule->bit;
    int64_t scaled;
    char detail[96];
    switch (decimal_parse_scaled(literal, strlen(literal), rule->scale, rule->minimum,
                                 rule->maximum, &scaled)) {
    case DECIMAL_OK:
        break;
    case DECIMAL_NOT_A_NUMBER:
        add_error(reading, rule, "not_a_number", "is a number");
        return;
    case DECIMAL_TOO_PRECISE:
        if (rule->scale == 0) {
            add_error(reading, rule, "not_an_integer", "is a whole number");
        } else {
            snprintf(detail, sizeof detail, "has at most %u decimals", rule->scale);
            add_error(reading, rule, "too_many_decimals", detail);
        }
        return;
    case DECIMAL_OUT_OF_RANGE:
        describe_range(rule, detail, sizeof detail);
        add_error(reading, rule, "out_of_range", detail);
        return;
    }
    if (rule->type == FIELD_INTEGER) {
        *(int64_t *)member(reading, rule) = scaled;
    } else {
        struct decimal_text *number = member(reading, rule);
        decimal_format(scaled, rule->scale, number->text, sizeof number->text);
    }
}

void record_set_boolean(struct record_reading *reading, const struct field_rule *rule, bool value)
{
    reading->given |= rule->bit;
    *(bool *)member(reading, rule) = value;
}

void record_set_null(struct record_reading *reading, const struct field_rule *rule)
{
    reading->given |= rule->bit;
    if (!rule->nullable) {
        add_error(reading, rule, "not_nullable", "must not be null or empty");
    } else if (rule->type == FIELD_DECIMAL) {
        ((struct decimal_text *)member(reading, rule))->text[0] = '\0';
    } else {
        *(const char **)member(reading, rule) = NULL;
    }
}

void record_wrong_type(struct record_reading *reading, const struct field_rule *rule)
{
    reading->given |= rule->bit;
    add_error(reading, rule, "wrong_type",
              rule->type == FIELD_LIST      ? "is a list"
              : rule->type == FIELD_BOOLEAN ? "is true or false"
              : field_is_number(rule)       ? "is a number"
                                            : "is a string");
}

void record_require(struct record_reading *reading, unsigned bits)
{
    for (size_t i = 0; i < reading->rule_count; i++) {
        const struct field_rule *rule = &reading->rules[i];
        if ((rule->bit & bits) != 0 && (rule->bit & reading->given) == 0) {
            add_error(reading, rule, "required", "is required");
        }
    }
}
