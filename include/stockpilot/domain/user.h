/* user.h - somebody who acts, as the list of users shows them. */
#ifndef STOCKPILOT_DOMAIN_USER_H
#define STOCKPILOT_DOMAIN_USER_H

struct user {
    const char *user_id;
    const char *name;
    const char *email; /* NULL while unknown */
};

#endif
