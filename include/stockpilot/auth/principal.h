/* principal.h - who sends the request, as the verified token says. */
#ifndef STOCKPILOT_AUTH_PRINCIPAL_H
#define STOCKPILOT_AUTH_PRINCIPAL_H

#include <stdbool.h>
#include <stdint.h>

/* Each role may do what the one before it may. */
enum role { ROLE_NONE, ROLE_VIEWER, ROLE_STAFF, ROLE_ADMIN };

#define PRINCIPAL_TEXT_SIZE 256

struct principal {
    char subject[128];                  /* the token's sub */
    char username[PRINCIPAL_TEXT_SIZE]; /* `username`; empty when absent */
    char email[PRINCIPAL_TEXT_SIZE];    /* `email`; Cognito's access tokens have none: empty */
    enum role role;                     /* highest of cognito:groups, else the configured default */
    int64_t issued_at;                  /* seconds since 1970 UTC */
    int64_t expires_at;                 /* likewise */
    char user_id[37];                   /* users.user_id once it is known, else "" */
    int64_t noted_at; /* when the database was told that they are here, as issued_at; 0: never */
};

/* Whether the database is to be told (again) that they are here, at `now`. It is told at the first
 * request of a token in a worker and from then on every half hour at most, so that what it says is
 * an hour old at most: it leaves what is known to half an hour (note_sighting() in
 * sql/migrations/0018_user_sightings.sql). */
bool principal_is_to_be_noted(const struct principal *principal, int64_t now);

const char *role_name(enum role role);

#endif
