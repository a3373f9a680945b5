#include "stockpilot/json/actor_json.h"

#include <stddef.h>

void json_write_actor(struct json_writer *json, const char *id, const char *name, const char *email)
{
    json_member_string(json, "userId", id);
    json_write_name(json, "user");
    if (name == NULL) {
        json_write_null(json);
        return;
    }
    json_begin_object(json);
    json_member_string(json, "name", name);
    json_member_string(json, "email", email);
    json_end_object(json);
}
