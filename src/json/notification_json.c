#include "stockpilot/json/notification_json.h"

static void write_user(struct json_writer *json, const struct notification *notification)
{
    json_write_name(json, "user");
    if (notification->user_name == NULL) {
        json_write_null(json);
        return;
    }
    json_begin_object(json);
    json_member_string(json, "name", notification->user_name);
    json_member_string(json, "email", notification->user_email);
    json_end_object(json);
}

void json_write_notification(struct json_writer *json, const struct notification *notification)
{
    json_begin_object(json);
    json_member_string(json, "notificationId", notification->notification_id);
    json_member_string(json, "userId", notification->user_id);
    json_member_string(json, "type", notification->type);
    json_member_string(json, "title", notification->title);
    json_member_string(json, "message", notification->message);
    json_member_boolean(json, "isRead", notification->is_read[0] == 't');
    json_member_timestamp(json, "createdAt", notification->created_at);
    write_user(json, notification);
    json_end_object(json);
}
