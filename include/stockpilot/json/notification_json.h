/* notification_json.h - notifications on the wire. */
#ifndef STOCKPILOT_JSON_NOTIFICATION_JSON_H
#define STOCKPILOT_JSON_NOTIFICATION_JSON_H

#include "stockpilot/domain/notification.h"
#include "stockpilot/json/json_write.h"

void json_write_notification(struct json_writer *json, const struct notification *notification);

#endif
