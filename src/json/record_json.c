#include "stockpilot/json/record_json.h"

static void read_member(struct record_reading *reading, const struct json_value *member)
{
    const struct field_rule *rule = record_find_rule(reading, json_name(member));
    if (rule == NULL) {
        return;
    }
    bool number_wanted = field_is_number(rule);
    bool boolean = false;
    if (json_is_null(member)) {
        record_set_null(reading, rule);
    } else if (rule->type == FIELD_LIST) {
        reading->given |= rule->bit;
        if (!json_is_array(member)) {
            record_wrong_type(reading, rule);
        }
    } else if (rule->type == FIELD_BOOLEAN) {
        if (json_boolean(member, &boolean)) {
            record_set_boolean(reading, rule, boolean);
        } else {
            record_wrong_type(reading, rule);
        }
    } else if (number_wanted && json_number_text(member) != NULL) {
        record_set_number(reading, rule, json_number_text(member));
    } else if (!number_wanted && json_is_string(member)) {
        record_set_text(reading, rule, json_string(member));
    } else {
        record_wrong_type(reading, rule);
    }
}

enum error_kind record_parse_json(struct arena *arena, const char *text, size_t length,
                                  const struct json_value **object, struct error *error)
{
    enum error_kind kind = json_parse(arena, text, length, JSON_DEFAULT_DEPTH, object, error);
    if (kind == ERROR_NONE && !json_is_object(*object)) {
        return error_set(error, ERROR_MALFORMED, "The body is not a JSON object.");
    }
    return kind;
}

void record_read_members(struct record_reading *reading, const struct json_value *object)
{
    for (const struct json_value *member = json_first(object); member != NULL;
         member = json_next(member)) {
        read_member(reading, member);
    }
}

enum error_kind record_read_json(struct record_reading *reading, struct arena *arena,
                                 const char *text, size_t length)
{
    const struct json_value *object = NULL;
    enum error_kind kind = record_parse_json(arena, text, length, &object, reading->error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    record_read_members(reading, object);
    return reading->error->kind;
}
