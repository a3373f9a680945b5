/*
 * configuration.h - what the programs are told from outside: the environment, which wins, a file of
 * KEY=value lines, and a store of parameters. docs/configuration.md says what each option means.
 * Programs load it by src/parameters.
 *
 * The file: one option a line, blank lines and lines that begin with '#' are skipped, no quotes, no
 * continuation, each option at most once. A name the table does not have is an error there; in the
 * environment it is somebody else's. An empty value is the same as none.
 */
#ifndef STOCKPILOT_CONFIG_CONFIGURATION_H
#define STOCKPILOT_CONFIG_CONFIGURATION_H

#include <stdbool.h>

#include "stockpilot/config/configuration_report.h"
#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

struct parameter_source;

/* Texts are NULL when the option is not set and has no default; they live until
 * configuration_free(). */
struct configuration {
    const char *environment; /* "production" or "development" */
    const char *log_level;   /* "error", "warning", "info" or "debug" */
    int metrics_interval_s;  /* 0: no metric lines */

    const char *database_url;           /* secret; with database_password in it */
    const char *database_password;      /* secret; as configured */
    const char *migration_database_url; /* secret; NULL: database_url; likewise */
    const char *migration_database_password;
    const char *migrations_directory;

    const char *aws_region;
    const char *cognito_user_pool_id;
    const char *cognito_client_id; /* one or several, separated by commas */
    const char *cognito_issuer;    /* as configured; what counts is configuration_issuer() */
    const char *cognito_jwks_url;  /* likewise configuration_jwks_url() */
    const char *cognito_endpoint;  /* of its API; NULL: AWS's own */
    const char *jwks_cache_name;   /* "/name" for shm_open(3); NULL: derived from the issuer */
    int jwt_leeway_seconds;
    const char *default_role; /* "viewer" or "none": of a token without one of our groups */

    int request_deadline_ms;
    int max_kept_connections;
    int slow_request_ms; /* 0: none is slow */

    const char *scoreboard_name; /* "/name" for shm_open(3) */
    int worker_hard_limit_ms;
    int worker_max_requests;  /* 0: any number */
    int worker_max_memory_mb; /* 0: any amount */

    int notifier_poll_ms;
    int notifier_publish_timeout_ms;
    int notifier_retry_ms;     /* the bound of the first pause */
    int notifier_retry_max_ms; /* of any */
    int notifier_max_attempts; /* of refused tries */

    const char *image_directory;
    const char *image_base_url; /* no '/' at the end; NULL: follows from where images are */

    const char *s3_bucket_name;    /* NULL: images are in image_directory */
    const char *s3_endpoint;       /* NULL: AWS's own */
    const char *cloudfront_domain; /* perhaps with a port */
    const char *sns_endpoint;      /* NULL: AWS's own */
    const char *sns_stock_alerts_topic_arn;
    const char *sns_system_alerts_topic_arn;
    const char *sns_order_notifications_topic_arn;
    bool use_parameter_store;
    const char *parameter_store_path; /* NULL: not given, and use_parameter_store is false */
    const char *ssm_endpoint;         /* NULL: AWS's own */

    const char *issuer;   /* configuration_issuer() */
    const char *jwks_url; /* configuration_jwks_url() */
    struct arena *arena;  /* what all the texts live in */
};

/*
 * Reads file and environ and, where USE_PARAMETER_STORE is true, what `parameters` has for options
 * that neither gave (NULL: such a configuration is an error); checks every option and what they are
 * together. file NULL: the file that STOCKPILOT_CONFIG names in environ, else the one make install
 * knows, which may be missing.
 *
 * False when anything is wrong: *report then tells all of it, and *configuration is untouched.
 * Warnings may stand in the report of a success. environ may be freed afterwards.
 */
MUST_CHECK bool configuration_load(struct configuration *configuration, const char *file,
                                   char *const *environ, const struct parameter_source *parameters,
                                   struct configuration_report *report);

/*
 * The same for a program that needs only the options in `names` (ends with NULL): others are
 * neither required nor checked, except that the file must not have unknown ones, and their fields
 * are as if they were not given. With the URL of a database comes its password; those that say
 * where the parameters are count as needed where one of `names` may stand there. Issuer and key set
 * are not derived.
 */
MUST_CHECK bool configuration_load_only(struct configuration *configuration, const char *file,
                                        char *const *environ, const char *const *names,
                                        const struct parameter_source *parameters,
                                        struct configuration_report *report);

/* Its texts are overwritten: they may be secrets. */
void configuration_free(struct configuration *configuration);

bool configuration_is_production(const struct configuration *configuration);

/* Whose tokens are accepted, exactly as their `iss` has it: COGNITO_ISSUER, else
 * https://cognito-idp.<region>.amazonaws.com/<pool>. */
const char *configuration_issuer(const struct configuration *configuration);

/* Where the issuer's keys are: COGNITO_JWKS_URL, else <issuer>/.well-known/jwks.json. */
const char *configuration_jwks_url(const struct configuration *configuration);

/* The connection that migrations use: MIGRATION_DATABASE_URL, else DATABASE_URL. Secret. */
const char *configuration_migration_database_url(const struct configuration *configuration);

#endif
