/* movement_json.h - movements of stock on the wire. */
#ifndef STOCKPILOT_JSON_MOVEMENT_JSON_H
#define STOCKPILOT_JSON_MOVEMENT_JSON_H

#include "stockpilot/domain/movement.h"
#include "stockpilot/json/json_write.h"

void json_write_movement(struct json_writer *json, const struct movement *movement);

#endif
