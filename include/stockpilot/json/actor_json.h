/* actor_json.h - who did it, on the wire. */
#ifndef STOCKPILOT_JSON_ACTOR_JSON_H
#define STOCKPILOT_JSON_ACTOR_JSON_H

#include "stockpilot/json/json_write.h"

/* The members userId and user, {name, email} or null. id NULL: it was the system itself. */
void json_write_actor(struct json_writer *json, const char *id, const char *name,
                      const char *email);

#endif
