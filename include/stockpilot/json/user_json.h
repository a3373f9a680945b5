/* user_json.h - users as clients see them. */
#ifndef STOCKPILOT_JSON_USER_JSON_H
#define STOCKPILOT_JSON_USER_JSON_H

#include "stockpilot/domain/user.h"
#include "stockpilot/json/json_write.h"

void json_write_user(struct json_writer *json, const struct user *user);

/* One's own. */
void json_write_account(struct json_writer *json, const struct account *account);

/* For administrators. */
void json_write_managed_user(struct json_writer *json, const struct managed_user *user);

#endif
