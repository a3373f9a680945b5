#include "stockpilot/config/option_table.h"

#include <assert.h>
#include <string.h>

#include "stockpilot/config/configuration.h"
#include "stockpilot/config/database_url.h"
#include "stockpilot/config/option_syntax.h"

#define FIELD(name) offsetof(struct configuration, name)

static const char *const environments[] = { "production", "development", NULL };
static const char *const log_levels[] = { "error", "warning", "info", "debug", NULL };
static const char *const default_roles[] = { "viewer", "none", NULL };

#define DATABASE_URL_FORM "a URL such as postgresql://user:password@host:5432/stockpilot"

/* In the order in which docs/configuration.md explains them and check-config shows them. */
static const struct option_definition options[] = {
    { .name = "STOCKPILOT_ENVIRONMENT",
      .type = OPTION_CHOICE,
      .offset = FIELD(environment),
      .choices = environments,
      .default_text = "production",
      .help = "What this installation is for; production refuses what only development needs." },
    { .name = "LOG_LEVEL",
      .type = OPTION_CHOICE,
      .offset = FIELD(log_level),
      .choices = log_levels,
      .default_text = "info",
      .help = "The least important messages that are still logged." },

    { .name = "DATABASE_URL",
      .type = OPTION_DATABASE_URL,
      .flags = OPTION_REQUIRED | OPTION_SECRET,
      .offset = FIELD(database_url),
      .check = syntax_database_url,
      .expected = DATABASE_URL_FORM,
      .help = "The database, as the role stockpilot_app." },
    { .name = "MIGRATION_DATABASE_URL",
      .type = OPTION_DATABASE_URL,
      .flags = OPTION_SECRET,
      .offset = FIELD(migration_database_url),
      .check = syntax_database_url,
      .expected = DATABASE_URL_FORM,
      .help = "The database as the role stockpilot_owner, for stockpilotctl migrate; "
              "without it, DATABASE_URL." },
    { .name = "MIGRATIONS_DIRECTORY",
      .type = OPTION_PATH,
      .offset = FIELD(migrations_directory),
      .default_text = STOCKPILOT_MIGRATIONS,
      .expected = "the absolute path of a directory",
      .help = "Where stockpilotctl migrate finds the schema's migrations." },

    { .name = "AWS_REGION",
      .type = OPTION_TEXT,
      .offset = FIELD(aws_region),
      .check = syntax_aws_region,
      .expected = "a region such as eu-west-1",
      .help = "The AWS region of the user pool, the bucket and the topics." },
    { .name = "COGNITO_USER_POOL_ID",
      .type = OPTION_TEXT,
      .offset = FIELD(cognito_user_pool_id),
      .check = syntax_user_pool_id,
      .expected = "a user pool id such as eu-west-1_AbCdEf123",
      .help = "The Cognito user pool whose tokens are accepted." },
    { .name = "COGNITO_CLIENT_ID",
      .type = OPTION_TEXT,
      .flags = OPTION_REQUIRED,
      .offset = FIELD(cognito_client_id),
      .check = syntax_client_ids,
      .expected = "one or more app client ids, separated by commas, without spaces",
      .help = "The app clients whose tokens are accepted." },
    { .name = "COGNITO_ISSUER",
      .type = OPTION_WEB_URL,
      .flags = OPTION_DEVELOPMENT_ONLY,
      .offset = FIELD(cognito_issuer),
      .check = syntax_web_url,
      .expected = "the issuer's URL, exactly as its tokens have it",
      .help = "The issuer of tokens where it is not Cognito." },
    { .name = "COGNITO_JWKS_URL",
      .type = OPTION_WEB_URL,
      .flags = OPTION_DEVELOPMENT_ONLY,
      .offset = FIELD(cognito_jwks_url),
      .check = syntax_web_url,
      .expected = "the URL of a JSON Web Key Set",
      .help = "Where the issuer's keys are, if not at <issuer>/.well-known/jwks.json." },
    { .name = "JWKS_CACHE_NAME",
      .type = OPTION_TEXT,
      .offset = FIELD(jwks_cache_name),
      .check = syntax_shm_name,
      .expected = "'/' and letters, digits, '.', '_' or '-'",
      .help = "The shared memory in which this host's workers keep the issuer's keys; "
              "derived from the issuer if not set." },
    { .name = "JWT_LEEWAY_SECONDS",
      .type = OPTION_INTEGER,
      .offset = FIELD(jwt_leeway_seconds),
      .default_text = "0",
      .minimum = 0,
      .maximum = 60,
      .help = "How far the issuer's clock and ours may be apart when a token's times are judged." },
    { .name = "DEFAULT_ROLE",
      .type = OPTION_CHOICE,
      .offset = FIELD(default_role),
      .choices = default_roles,
      .default_text = "viewer",
      .help = "The role of somebody who is in none of the groups viewer, staff and admin." },

    { .name = "REQUEST_DEADLINE_MS",
      .type = OPTION_INTEGER,
      .offset = FIELD(request_deadline_ms),
      .default_text = "2500",
      .minimum = 100,
      .maximum = 4500,
      .help = "The time in which a request is answered, if only with 503." },
    { .name = "MAX_KEPT_CONNECTIONS",
      .type = OPTION_INTEGER,
      .offset = FIELD(max_kept_connections),
      .default_text = "512",
      .minimum = 1,
      .maximum = 4096,
      .help = "How many connections of nginx one worker holds at most." },
    { .name = "SLOW_REQUEST_MS",
      .type = OPTION_INTEGER,
      .offset = FIELD(slow_request_ms),
      .default_text = "1000",
      .minimum = 0,
      .maximum = 600000,
      .help = "From how long on a request is logged as slow, at level warning; 0: none is." },

    { .name = "SCOREBOARD_NAME",
      .type = OPTION_TEXT,
      .offset = FIELD(scoreboard_name),
      .check = syntax_shm_name,
      .default_text = "/stockpilot-scoreboard",
      .expected = "'/' and letters, digits, '.', '_' or '-'",
      .help = "The shared memory in which workers and pool say what they do; one for each pool." },
    { .name = "WORKER_HARD_LIMIT_MS",
      .type = OPTION_INTEGER,
      .offset = FIELD(worker_hard_limit_ms),
      .default_text = "10000",
      .minimum = 5000,
      .maximum = 600000,
      .help = "After how long without a sign of life the pool kills a worker." },
    { .name = "WORKER_MAX_REQUESTS",
      .type = OPTION_INTEGER,
      .offset = FIELD(worker_max_requests),
      .default_text = "0",
      .minimum = 0,
      .maximum = 1000000000,
      .help = "After how many requests the pool replaces a worker; 0: never." },
    { .name = "WORKER_MAX_MEMORY_MB",
      .type = OPTION_INTEGER,
      .offset = FIELD(worker_max_memory_mb),
      .default_text = "0",
      .minimum = 0,
      .maximum = 65536,
      .help = "From how much memory of its own on the pool replaces a worker; 0: never." },

    { .name = "IMAGE_DIRECTORY",
      .type = OPTION_PATH,
      .offset = FIELD(image_directory),
      .check = syntax_path,
      .default_text = STOCKPILOT_STATEDIR "/images",
      .expected = "the absolute path of a directory",
      .help = "Where product images are stored." },
    { .name = "IMAGE_BASE_URL",
      .type = OPTION_WEB_URL,
      .offset = FIELD(image_base_url),
      .check = syntax_web_address,
      .default_text = "/images",
      .expected = "the URL, or the path on this site, where nginx serves IMAGE_DIRECTORY, "
                  "without '/' at the end",
      .help = "What the imageUrl of a product begins with." },

    { .name = "S3_BUCKET_NAME",
      .type = OPTION_TEXT,
      .offset = FIELD(s3_bucket_name),
      .check = syntax_s3_bucket,
      .expected = "a bucket's name, without s3://",
      .help = "The S3 bucket of product images." },
    { .name = "CLOUDFRONT_DOMAIN",
      .type = OPTION_TEXT,
      .offset = FIELD(cloudfront_domain),
      .check = syntax_host_name,
      .expected = "a host name such as d111111abcdef8.cloudfront.net, without https://",
      .help = "The CloudFront distribution in front of the bucket." },
    { .name = "SNS_STOCK_ALERTS_TOPIC_ARN",
      .type = OPTION_TEXT,
      .offset = FIELD(sns_stock_alerts_topic_arn),
      .check = syntax_sns_topic_arn,
      .expected = "an ARN such as arn:aws:sns:eu-west-1:123456789012:stock-alerts",
      .help = "The topic of low-stock alerts." },
    { .name = "SNS_SYSTEM_ALERTS_TOPIC_ARN",
      .type = OPTION_TEXT,
      .offset = FIELD(sns_system_alerts_topic_arn),
      .check = syntax_sns_topic_arn,
      .expected = "an ARN such as arn:aws:sns:eu-west-1:123456789012:system-alerts",
      .help = "The topic of alerts about the system itself." },
    { .name = "SNS_ORDER_NOTIFICATIONS_TOPIC_ARN",
      .type = OPTION_TEXT,
      .offset = FIELD(sns_order_notifications_topic_arn),
      .check = syntax_sns_topic_arn,
      .expected = "an ARN such as arn:aws:sns:eu-west-1:123456789012:order-notifications",
      .help = "The topic of notifications about orders." },
    { .name = "CLOUDWATCH_LOG_GROUP",
      .type = OPTION_TEXT,
      .offset = FIELD(cloudwatch_log_group),
      .check = syntax_log_group,
      .expected = "a log group's name such as /stockpilot/api",
      .help = "The CloudWatch log group that the agent sends our log to." },
    { .name = "USE_PARAMETER_STORE",
      .type = OPTION_BOOLEAN,
      .offset = FIELD(use_parameter_store),
      .default_text = "false",
      .help = "Whether options are read from AWS Parameter Store; this version refuses true." },
};

#define OPTION_COUNT (sizeof options / sizeof *options)

static_assert(OPTION_COUNT <= OPTION_LIMIT, "OPTION_LIMIT is too small");

const struct option_definition *option_table(size_t *count)
{
    *count = OPTION_COUNT;
    return options;
}

const struct option_definition *option_find(const char *name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return &options[i];
        }
    }
    return NULL;
}
