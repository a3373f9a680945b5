#include "stockpilot/json/user_json.h"

#include <string.h>

static void write_members(struct json_writer *json, const struct user *user)
{
    json_member_string(json, "userId", user->user_id);
    json_member_string(json, "name", user->name);
    json_member_string(json, "email", user->email);
}

void json_write_user(struct json_writer *json, const struct user *user)
{
    json_begin_object(json);
    write_members(json, user);
    json_end_object(json);
}

void json_write_account(struct json_writer *json, const struct account *account)
{
    json_begin_object(json);
    write_members(json, &account->user);
    json_member_string(json, "role", account->role);
    json_member_string(json, "alertDelivery", account->alert_delivery);
    json_member_number_text(json, "digestHour", account->digest_hour);
    json_end_object(json);
}

void json_write_managed_user(struct json_writer *json, const struct managed_user *user)
{
    json_begin_object(json);
    write_members(json, &user->user);
    json_member_string(json, "role", user->role);
    json_member_string(json, "roleInForce", user->role_in_force);
    json_member_boolean(json, "disabled", strcmp(user->disabled, "t") == 0);
    json_member_boolean(json, "invited", strcmp(user->invited, "t") == 0);
    json_member_timestamp(json, "lastSeenAt", user->last_seen_at);
    json_member_number_text(json, "version", user->version);
    json_end_object(json);
}
