/* permission.h - what a route asks of its caller. */
#ifndef STOCKPILOT_AUTH_PERMISSION_H
#define STOCKPILOT_AUTH_PERMISSION_H

#include <stdbool.h>

#include "stockpilot/auth/principal.h"

enum permission { PERMISSION_PUBLIC, PERMISSION_VIEWER, PERMISSION_STAFF, PERMISSION_ADMIN };

bool permission_granted(enum permission permission, enum role role);
const char *permission_name(enum permission permission); /* "public", "viewer", "staff", "admin" */

#endif
