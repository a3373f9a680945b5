#include "stockpilot/auth/permission.h"

static const struct {
    const char *name;
    enum role lowest_role;
} permissions[] = {
    [PERMISSION_PUBLIC] = { "public", ROLE_NONE },
    [PERMISSION_VIEWER] = { "viewer", ROLE_VIEWER },
    [PERMISSION_STAFF] = { "staff", ROLE_STAFF },
    [PERMISSION_ADMIN] = { "admin", ROLE_ADMIN },
};

#define PERMISSION_COUNT (sizeof permissions / sizeof *permissions)

bool permission_granted(enum permission permission, enum role role)
{
    /* A value outside the table can only come from a bug: it opens nothing. */
    return (unsigned)permission < PERMISSION_COUNT && role >= permissions[permission].lowest_role;
}

const char *permission_name(enum permission permission)
{
    return (unsigned)permission < PERMISSION_COUNT ? permissions[permission].name : "unknown";
}
