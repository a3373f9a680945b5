#include "stockpilot/json/record_json.h"

static void read_member(struct record_reading *reading, const struct json_value *member)
{
    const struct field_rule *rule = record_find_rule(reading, json_name(member));
    if (rule == NULL) {
        return;
    }
    bool number_wanted = field_is_number(rule);
    if (json_is_null(member)) {
        record_set_null(reading, rule);
    } else if (number_wanted && json_number_text(member) != NULL) {
        record_set_number(reading, rule, json_number_text(member));
    } else if (!number_wanted && json_is_string(member)) {
        record_set_text(reading, rule, json_string(member));
    } else {
        record_wrong_type(reading, rule);
    }
}

enum error_kind record_read_json(struct record_reading *reading, struct arena *arena,
                                 const char *text, size_t length)
{
    const struct json_value *object = NULL;
    enum error_kind kind =
        json_parse(arena, text, length, JSON_DEFAULT_DEPTH, &object, reading->error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (!json_is_object(object)) {
        return error_set(reading->error, ERROR_MALFORMED, "The body is not a JSON object.");
    }
    for (const struct json_value *member = json_first(object); member != NULL;
         member = json_next(member)) {
        read_member(reading, member);
    }
    return reading->error->kind;
}
