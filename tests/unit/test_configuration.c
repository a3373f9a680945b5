/* A configuration is read, checked and reported as docs/configuration.md says. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stockpilot/config/configuration.h"
#include "stockpilot/config/parameter_name.h"
#include "stockpilot/config/parameter_source.h"

#define PASSWORD "pass-word-never-shown"
#define GOOD_DATABASE                                                                              \
    "DATABASE_URL=postgresql://stockpilot_app:" PASSWORD "@db.test:5432/stockpilot"
#define GOOD_AWS                                                                                   \
    "AWS_REGION=eu-west-1", "COGNITO_USER_POOL_ID=eu-west-1_AbC123", "COGNITO_CLIENT_ID=client1"

static char file[] = "/tmp/stockpilot-test-configuration-XXXXXX";
static struct configuration configuration;
static struct configuration_report report;

/* A store with these parameters, or one that cannot be read. */
static struct parameter stored[CONFIGURATION_MAX_PROBLEMS + 8];
static bool store_fails;
static int store_asked;
static struct parameter_place place_asked;
static char path_asked[128];

static enum error_kind read_stored(void *context, const struct parameter_place *place,
                                   struct parameter_taker *taker, struct error *error)
{
    ck_assert_ptr_eq(context, stored);
    store_asked++;
    place_asked = *place;
    snprintf(path_asked, sizeof path_asked, "%s", place->path);
    if (store_fails) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "SSM says 400 AccessDeniedException");
    }
    for (const struct parameter *each = stored; each->name != NULL; each++) {
        /* Freed before anything is asked, as with the environment. */
        char *value = strdup(each->value);
        const struct parameter given = { each->name, value, each->secure };
        ck_assert(parameter_take(taker, &given));
        free(value);
    }
    return ERROR_NONE;
}

static const struct parameter_source store = { read_stored, stored };
static const struct parameter_source *source_in_use;

#define STORE(...)                                                                                 \
    do {                                                                                           \
        const struct parameter given[] = { __VA_ARGS__, { NULL, NULL, false } };                   \
        ck_assert_uint_le(sizeof given, sizeof stored);                                            \
        memcpy(stored, given, sizeof given);                                                       \
    } while (0)
#define PRODUCTION "/stockpilot/production/"
#define USED "USE_PARAMETER_STORE=true", "AWS_REGION=eu-west-1"

static void make_file(void)
{
    memset(stored, 0, sizeof stored);
    store_fails = false;
    store_asked = 0;
    source_in_use = &store;
    memcpy(file + strlen(file) - 6, "XXXXXX", 6);
    const int descriptor = mkstemp(file);
    ck_assert_int_ge(descriptor, 0);
    close(descriptor);
    memset(&configuration, 0x5a, sizeof configuration);
}

static void remove_file(void)
{
    unlink(file);
}

static void write_file(const char *text)
{
    FILE *stream = fopen(file, "w");
    ck_assert_ptr_nonnull(stream);
    ck_assert_int_ge(fputs(text, stream), 0);
    ck_assert_int_eq(fclose(stream), 0);
}

/* Freed before anything is asked, so that a text which was not copied is found out. */
static bool load_file(const char *path, const char *const *names, const char *const *settings)
{
    char *environment[16] = { NULL };
    size_t count = 0;

    for (; settings[count] != NULL; count++) {
        ck_assert_uint_lt(count, 15);
        environment[count] = strdup(settings[count]);
    }
    const bool loaded =
        configuration_load_only(&configuration, path, environment, names, source_in_use, &report);
    while (count > 0) {
        free(environment[--count]);
    }
    return loaded;
}

#define LOAD_FILE(path, names, ...)                                                                \
    load_file(path, names, (const char *const[]){ __VA_ARGS__, NULL })
#define LOAD(...) LOAD_FILE(file, NULL, __VA_ARGS__)

/* A failure leaves the struct as it was. */
static void assert_untouched(void)
{
    struct configuration untouched;
    memset(&untouched, 0x5a, sizeof untouched);
    ck_assert_mem_eq(&configuration, &untouched, sizeof untouched);
}

static char *printed_report(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(stream);
    configuration_report_print(&report, stream);
    ck_assert_int_eq(fclose(stream), 0);
    return text;
}

static void assert_printed(const char *expected)
{
    char *text = printed_report();
    ck_assert_msg(strstr(text, expected), "\"%s\" is not in:\n%s", expected, text);
    free(text);
}

static struct option_source source_of(const char *name)
{
    size_t count;
    return report.sources[option_find(name) - option_table(&count)];
}

START_TEST(defaults_fill_what_is_not_given)
{
    ck_assert(LOAD(GOOD_DATABASE, GOOD_AWS));
    ck_assert_uint_eq(report.problem_count, 0);
    ck_assert(configuration_is_production(&configuration));
    ck_assert_str_eq(configuration.log_level, "info");
    ck_assert_str_eq(configuration.default_role, "viewer");
    ck_assert_int_eq(configuration.jwt_leeway_seconds, 0);
    ck_assert_int_eq(configuration.request_deadline_ms, 2500);
    ck_assert_int_eq(configuration.max_kept_connections, 512);
    ck_assert_ptr_null(configuration.image_base_url);
    ck_assert(!configuration.use_parameter_store);
    ck_assert_ptr_null(configuration.s3_bucket_name);
    ck_assert_int_eq(source_of("LOG_LEVEL").origin, OPTION_DEFAULT);
    ck_assert_int_eq(source_of("AWS_REGION").origin, OPTION_ENVIRONMENT);
    ck_assert_int_eq(source_of("S3_BUCKET_NAME").origin, OPTION_UNSET);
    configuration_free(&configuration);
}
END_TEST

START_TEST(issuer_and_key_set_follow_from_region_and_pool)
{
    ck_assert(LOAD(GOOD_DATABASE, GOOD_AWS));
    ck_assert_str_eq(configuration_issuer(&configuration),
                     "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123");
    ck_assert_str_eq(configuration_jwks_url(&configuration),
                     "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123"
                     "/.well-known/jwks.json");
    configuration_free(&configuration);
}
END_TEST

START_TEST(the_file_is_read_and_the_environment_wins)
{
    write_file("# a comment\n\n  LOG_LEVEL = debug \r\nREQUEST_DEADLINE_MS=100\n" GOOD_DATABASE
               "?sslmode=require\nCLOUDFRONT_DOMAIN=\nDEFAULT_ROLE=none");
    ck_assert(LOAD(GOOD_AWS, "REQUEST_DEADLINE_MS=4500", "DEFAULT_ROLE="));
    ck_assert_str_eq(configuration.log_level, "debug");
    ck_assert_int_eq(configuration.request_deadline_ms, 4500);
    ck_assert_str_eq(configuration.default_role, "none");
    ck_assert_str_eq(configuration.database_url, "postgresql://stockpilot_app:" PASSWORD
                                                 "@db.test:5432/stockpilot?sslmode=require");
    ck_assert_ptr_null(configuration.cloudfront_domain);
    ck_assert_str_eq(report.file, file);
    ck_assert_int_eq(source_of("LOG_LEVEL").origin, OPTION_FILE);
    ck_assert_int_eq(source_of("LOG_LEVEL").line, 3);
    ck_assert_int_eq(source_of("DATABASE_URL").line, 5);
    ck_assert_int_eq(source_of("REQUEST_DEADLINE_MS").origin, OPTION_ENVIRONMENT);
    configuration_free(&configuration);
}
END_TEST

START_TEST(the_file_may_be_named_by_the_environment)
{
    char named[128];
    snprintf(named, sizeof named, "STOCKPILOT_CONFIG=%s", file);
    write_file("LOG_LEVEL=error\n");
    ck_assert(LOAD_FILE(NULL, NULL, named, GOOD_DATABASE, GOOD_AWS, "STOCKPILOT_WORKERS=4"));
    ck_assert_str_eq(configuration.log_level, "error");
    configuration_free(&configuration);
}
END_TEST

START_TEST(a_named_file_must_be_there)
{
    ck_assert(!LOAD_FILE("/nonexistent/f.conf", NULL, GOOD_DATABASE, GOOD_AWS));
    assert_printed("error: /nonexistent/f.conf cannot be opened: No such file or directory.");
    ck_assert(!LOAD_FILE("/tmp", NULL, GOOD_DATABASE, GOOD_AWS));
    assert_printed("error: /tmp ");
    assert_untouched();
}
END_TEST

START_TEST(all_problems_are_told_at_once)
{
    write_file("LOG_LEVEL=loud\nJWT_LEEWAY_SECONDS=61\nMAX_KEPT_CONNECTIONS=x\nDATABASE_URI=x\n"
               "no equals here\nAWS_REGION='eu-west-1'\nS3_BUCKET_NAME=a-b\nS3_BUCKET_NAME=c-d\n"
               "export DEFAULT_ROLE=none\n");
    ck_assert(!LOAD("USE_PARAMETER_STORE=on", "REQUEST_DEADLINE_MS=-1"));
    assert_printed("error: LOG_LEVEL (line 1) is not one of its choices: \"loud\". "
                   "Set LOG_LEVEL to one of error, warning, info, debug.\n");
    assert_printed("error: JWT_LEEWAY_SECONDS (line 2) is out of range: \"61\". "
                   "Set JWT_LEEWAY_SECONDS to a whole number from 0 to 60.\n");
    assert_printed("error: MAX_KEPT_CONNECTIONS (line 3) is not a whole number: \"x\".");
    assert_printed("error: DATABASE_URI (line 4) is not an option. Is DATABASE_URL meant?\n");
    assert_printed(" (line 5) has a line without '='.");
    assert_printed("error: AWS_REGION (line 6) has a value in quotes.");
    assert_printed("error: S3_BUCKET_NAME (line 8) is given a second time; line 7 has it too.");
    assert_printed(" (line 9) has a line that does not begin with an option's name.");
    assert_printed("error: REQUEST_DEADLINE_MS (environment) is out of range: \"-1\".");
    assert_printed("error: USE_PARAMETER_STORE (environment) is neither true nor false: \"on\".");
    assert_printed("error: DATABASE_URL is not set. Set DATABASE_URL to a URL such as ");
    assert_printed("error: COGNITO_CLIENT_ID is not set.");
    assert_printed("error: COGNITO_USER_POOL_ID is not set.");
    assert_untouched();
}
END_TEST

START_TEST(more_problems_than_are_kept_are_counted)
{
    char text[8192];
    size_t length = 0;
    for (int i = 0; i < 200; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "NONSENSE_%d=1\n", i);
    }
    write_file(text);
    ck_assert(!LOAD(GOOD_DATABASE, GOOD_AWS));
    ck_assert_uint_eq(report.error_count, 200);
    ck_assert_uint_eq(report.problem_count, CONFIGURATION_MAX_PROBLEMS);
    assert_printed("and 136 more\n");
}
END_TEST

START_TEST(no_part_of_a_secret_is_printed)
{
    static const char *const malformed[] = {
        "DATABASE_URL=mysql://root:" PASSWORD "@db/stock",
        "DATABASE_URL=postgresql://root:" PASSWORD "@db:99999/stock",
        "DATABASE_URL=postgresql://root:" PASSWORD "%@db/stock",
        "DATABASE_URL=postgresql://root:a@" PASSWORD "@db/stock",
        "DATABASE_URL=postgresql://root:a?" PASSWORD "@db/stock",
        "DATABASE_URL=postgresql://root:a/" PASSWORD "@db/stock",
        "DATABASE_URL=postgresql://root:" PASSWORD "@db/stock?" PASSWORD,
        "DATABASE_URL=" PASSWORD,
        "DATABASE_URL=postgresql://root:" PASSWORD "\x01\xff@db/stock",
    };
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        ck_assert_msg(!LOAD(malformed[i], GOOD_AWS), "accepted: %s", malformed[i]);
        assert_printed("error: DATABASE_URL (environment) ");
        char *text = printed_report();
        ck_assert_msg(!strstr(text, PASSWORD), "printed: %s", text);
        free(text);
    }
}
END_TEST

START_TEST(a_line_that_is_not_understood_is_not_quoted)
{
    write_file("DATABASE_URL postgresql://root:" PASSWORD "@db/stock\n"
               "postgresql://root:" PASSWORD "@db/stock?sslmode=require\n");
    ck_assert(!LOAD(GOOD_AWS));
    char *text = printed_report();
    ck_assert_ptr_null(strstr(text, PASSWORD));
    free(text);
}
END_TEST

START_TEST(production_refuses_what_only_development_needs)
{
    ck_assert(!LOAD(GOOD_DATABASE, GOOD_AWS, "COGNITO_ISSUER=https://issuer.test/pool",
                    "COGNITO_JWKS_URL=http://issuer.test/keys"));
    ck_assert_uint_eq(report.error_count, 2);
    assert_printed("error: COGNITO_ISSUER (environment) is not allowed in production.");
    assert_printed("error: COGNITO_JWKS_URL (environment) is not allowed in production.");
    assert_untouched();
}
END_TEST

START_TEST(a_wrong_environment_counts_as_production)
{
    ck_assert(!LOAD(GOOD_DATABASE, GOOD_AWS, "STOCKPILOT_ENVIRONMENT=Development",
                    "COGNITO_ISSUER=https://issuer.test/pool"));
    assert_printed("error: COGNITO_ISSUER (environment) is not allowed in production.");
}
END_TEST

START_TEST(production_needs_a_pool_of_its_region)
{
    static const struct {
        const char *pool;
        const char *problem;
    } cases[] = {
        { "COGNITO_USER_POOL_ID=us-east-1_AbC123", "is of another region than AWS_REGION" },
        { "COGNITO_USER_POOL_ID=eu-west-11_AbC12", "is of another region than AWS_REGION" },
        { "COGNITO_USER_POOL_ID=eu-west-1", "is not of the form <region>_<id>" },
        { "COGNITO_USER_POOL_ID=eu-west-1_", "is not of the form <region>_<id>" },
        { "COGNITO_USER_POOL_ID=eu-west-1_a_b", "is not of the form <region>_<id>" },
        { "COGNITO_USER_POOL_ID=eu-west-1_a/../b", "is not the id of a user pool" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert(
            !LOAD(GOOD_DATABASE, "AWS_REGION=eu-west-1", "COGNITO_CLIENT_ID=c", cases[i].pool));
        ck_assert_uint_eq(report.error_count, 1);
        assert_printed(cases[i].problem);
    }
    ck_assert(!LOAD(GOOD_DATABASE, "AWS_REGION=localhost", "COGNITO_CLIENT_ID=c",
                    "COGNITO_USER_POOL_ID=localhost_a"));
    assert_printed("error: AWS_REGION (environment) is not the name of an AWS region");
}
END_TEST

START_TEST(development_may_have_another_issuer)
{
    ck_assert(LOAD("STOCKPILOT_ENVIRONMENT=development", "COGNITO_CLIENT_ID=a,b-c", GOOD_DATABASE,
                   "COGNITO_ISSUER=http://127.0.0.1:9229/local_pool"));
    ck_assert(!configuration_is_production(&configuration));
    ck_assert_str_eq(configuration_issuer(&configuration), "http://127.0.0.1:9229/local_pool");
    ck_assert_str_eq(configuration_jwks_url(&configuration),
                     "http://127.0.0.1:9229/local_pool/.well-known/jwks.json");
    configuration_free(&configuration);

    ck_assert(LOAD("STOCKPILOT_ENVIRONMENT=development", GOOD_DATABASE, GOOD_AWS,
                   "COGNITO_JWKS_URL=http://[::1]:80/keys"));
    ck_assert_str_eq(configuration_jwks_url(&configuration), "http://[::1]:80/keys");
    configuration_free(&configuration);
}
END_TEST

START_TEST(a_bucket_is_in_a_region_and_s3_is_at_aws)
{
    ck_assert(!LOAD("STOCKPILOT_ENVIRONMENT=development", "COGNITO_CLIENT_ID=a", GOOD_DATABASE,
                    "COGNITO_ISSUER=http://127.0.0.1:9229/local_pool", "S3_BUCKET_NAME=images"));
    ck_assert_uint_eq(report.error_count, 1);
    assert_printed("error: AWS_REGION");
    ck_assert(!LOAD(GOOD_DATABASE, GOOD_AWS, "S3_BUCKET_NAME=images",
                    "S3_ENDPOINT=http://127.0.0.1:9000"));
    assert_printed("error: S3_ENDPOINT (environment) is not allowed in production.");
    ck_assert(LOAD(GOOD_DATABASE, GOOD_AWS, "S3_BUCKET_NAME=images",
                   "CLOUDFRONT_DOMAIN=d111111abcdef8.cloudfront.net"));
    ck_assert_str_eq(configuration.s3_bucket_name, "images");
    configuration_free(&configuration);
}
END_TEST

START_TEST(a_file_with_secrets_open_to_all_is_warned_of)
{
    write_file(GOOD_DATABASE "\n");
    ck_assert_int_eq(chmod(file, 0644), 0);
    ck_assert(LOAD(GOOD_AWS));
    ck_assert_uint_eq(report.error_count, 0);
    assert_printed("has secrets in it and is open to every user of this host");
    configuration_free(&configuration);

    ck_assert_int_eq(chmod(file, 0640), 0);
    ck_assert(LOAD(GOOD_AWS));
    ck_assert_uint_eq(report.problem_count, 0);
    configuration_free(&configuration);

    write_file("LOG_LEVEL=info\n");
    ck_assert_int_eq(chmod(file, 0644), 0);
    ck_assert(LOAD(GOOD_DATABASE, GOOD_AWS));
    ck_assert_uint_eq(report.problem_count, 0);
    configuration_free(&configuration);
}
END_TEST

START_TEST(hostile_files_are_refused)
{
    FILE *stream = fopen(file, "w");
    ck_assert_ptr_nonnull(stream);
    fwrite("LOG_LEVEL=info\0\n", 1, 16, stream);
    fclose(stream);
    ck_assert(!LOAD(GOOD_DATABASE, GOOD_AWS));
    assert_printed("contains NUL bytes");

    stream = fopen(file, "w");
    ck_assert_ptr_nonnull(stream);
    for (int i = 0; i < 70000; i++) {
        fputc('#', stream);
    }
    fclose(stream);
    ck_assert(!LOAD(GOOD_DATABASE, GOOD_AWS));
    assert_printed("is larger than 64 kB");
    assert_untouched();
}
END_TEST

START_TEST(a_program_may_need_some_options_only)
{
    static const char *const names[] = { "DATABASE_URL", "LOG_LEVEL", NULL };
    ck_assert(LOAD_FILE(file, names, GOOD_DATABASE, "AWS_REGION=wrong", "LOG_LEVEL=error"));
    ck_assert_ptr_null(configuration.aws_region);
    ck_assert_str_eq(configuration.log_level, "error");
    ck_assert_int_eq(configuration.request_deadline_ms, 2500);
    ck_assert_str_eq(configuration_migration_database_url(&configuration),
                     configuration.database_url);
    configuration_free(&configuration);

    write_file("NONSENSE=1\n");
    ck_assert(!LOAD_FILE(file, names, GOOD_DATABASE));
}
END_TEST

START_TEST(booleans_have_six_words)
{
    static const char *const off[] = { "USE_PARAMETER_STORE=false", "USE_PARAMETER_STORE=no",
                                       "USE_PARAMETER_STORE=0" };
    static const char *const on[] = { "USE_PARAMETER_STORE=true", "USE_PARAMETER_STORE=yes",
                                      "USE_PARAMETER_STORE=1" };
    for (size_t i = 0; i < 3; i++) {
        ck_assert(LOAD(GOOD_DATABASE, GOOD_AWS, off[i]));
        configuration_free(&configuration);
        ck_assert(LOAD(GOOD_DATABASE, GOOD_AWS, on[i]));
        ck_assert(configuration.use_parameter_store);
        configuration_free(&configuration);
    }
    ck_assert(!LOAD(GOOD_DATABASE, GOOD_AWS, "USE_PARAMETER_STORE=on"));
    assert_printed("is neither true nor false: \"on\"");
}
END_TEST

START_TEST(a_parameter_is_an_option_by_its_name)
{
    static const char *const pairs[][2] = {
        { "DATABASE_URL", "DATABASE_URL" },
        { "database/url", "DATABASE_URL" },
        { "s3/bucket-name", "S3_BUCKET_NAME" },
        { "S3/Bucket_Name", "S3_BUCKET_NAME" },
        { "sns/stock-alerts-arn", "SNS_STOCK_ALERTS_TOPIC_ARN" },
        { "sns/system-alerts-arn", "SNS_SYSTEM_ALERTS_TOPIC_ARN" },
        { "sns/order-notifications-arn", "SNS_ORDER_NOTIFICATIONS_TOPIC_ARN" },
        { "sns/stock-alerts-topic-arn", "SNS_STOCK_ALERTS_TOPIC_ARN" },
        { "SNS_STOCK_ALERTS_ARN", "SNS_STOCK_ALERTS_TOPIC_ARN" },
    };
    char name[256];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        snprintf(name, sizeof name, "/a/b/%s", pairs[i][0]);
        const struct option_definition *option = parameter_option("/a/b", name);
        ck_assert_msg(option != NULL, "%s is none", name);
        ck_assert_str_eq(option->name, pairs[i][1]);
    }
    static const char *const strangers[] = { "/a/b/API_SECRETS",
                                             "/a/b/database.url",
                                             "/a/bc/DATABASE_URL",
                                             "/a/b",
                                             "/a/b/",
                                             "DATABASE_URL",
                                             "/x/a/b/DATABASE_URL",
                                             "/a/b/a/b/DATABASE_URL",
                                             "/a/b//DATABASE_URL",
                                             "/a/DATABASE_URL" };
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        ck_assert_ptr_null(parameter_option("/a/b", strangers[i]));
    }
    memset(name, 'A', sizeof name - 1);
    memcpy(name, "/a/b/", 5);
    name[sizeof name - 1] = '\0';
    ck_assert_ptr_null(parameter_option("/a/b", name));
}
END_TEST

START_TEST(environment_and_file_win_over_the_store_and_the_store_over_defaults)
{
    STORE({ PRODUCTION "database/url", "postgresql://a:" PASSWORD "@db/stock", true },
          { PRODUCTION "COGNITO_USER_POOL_ID", "eu-west-1_AbC123", false },
          { PRODUCTION "COGNITO_CLIENT_ID", "from-store", true },
          { PRODUCTION "SLOW_REQUEST_MS", "1", false }, { PRODUCTION "LOG_LEVEL", "debug", false },
          { PRODUCTION "DEFAULT_ROLE", "none", false });
    write_file("LOG_LEVEL=error\nDEFAULT_ROLE=\n");
    ck_assert(LOAD(USED, "SLOW_REQUEST_MS=2"));
    ck_assert_uint_eq(report.problem_count, 0);
    ck_assert_str_eq(configuration.database_url, "postgresql://a:" PASSWORD "@db/stock");
    ck_assert_str_eq(configuration.cognito_client_id, "from-store");
    ck_assert_str_eq(configuration.log_level, "error");
    ck_assert_int_eq(configuration.slow_request_ms, 2);
    ck_assert_str_eq(configuration.default_role, "none");
    ck_assert_int_eq(configuration.request_deadline_ms, 2500);
    ck_assert_int_eq(source_of("DATABASE_URL").origin, OPTION_PARAMETER);
    ck_assert_str_eq(source_of("DATABASE_URL").parameter, PRODUCTION "database/url");
    ck_assert(source_of("DATABASE_URL").secure && source_of("COGNITO_CLIENT_ID").secure);
    ck_assert(!source_of("COGNITO_USER_POOL_ID").secure);
    ck_assert_int_eq(source_of("LOG_LEVEL").origin, OPTION_FILE);
    ck_assert_int_eq(source_of("SLOW_REQUEST_MS").origin, OPTION_ENVIRONMENT);
    configuration_free(&configuration);
}
END_TEST

START_TEST(the_store_is_where_the_options_of_the_host_say)
{
    STORE({ "/stockpilot/development/LOG_LEVEL", "debug", false });
    ck_assert(LOAD(GOOD_DATABASE, GOOD_AWS, "USE_PARAMETER_STORE=yes",
                   "STOCKPILOT_ENVIRONMENT=development", "SSM_ENDPOINT=http://127.0.0.1:9600"));
    ck_assert_str_eq(path_asked, "/stockpilot/development");
    ck_assert_str_eq(configuration.log_level, "debug");
    ck_assert_str_eq(place_asked.endpoint, configuration.ssm_endpoint);
    ck_assert_str_eq(place_asked.region, configuration.aws_region);
    ck_assert_int_eq(source_of("PARAMETER_STORE_PATH").origin, OPTION_DEFAULT);
    configuration_free(&configuration);

    ck_assert(LOAD(GOOD_DATABASE, GOOD_AWS, "USE_PARAMETER_STORE=yes", "PARAMETER_STORE_PATH=/x"));
    ck_assert_str_eq(path_asked, "/x");
    ck_assert_ptr_null(place_asked.endpoint);
    configuration_free(&configuration);

    ck_assert(LOAD(GOOD_DATABASE, GOOD_AWS, "USE_PARAMETER_STORE=no"));
    ck_assert_int_eq(store_asked, 2);
    configuration_free(&configuration);
}
END_TEST

START_TEST(a_store_whose_place_is_wrong_is_not_asked)
{
    static const char *const wrong[] = { "PARAMETER_STORE_PATH=stockpilot",
                                         "AWS_REGION=", "AWS_REGION=nowhere",
                                         "SSM_ENDPOINT=http://127.0.0.1:1",
                                         "STOCKPILOT_ENVIRONMENT=other" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert(!LOAD("USE_PARAMETER_STORE=true", wrong[i],
                        strncmp(wrong[i], "AWS", 3) != 0 ? "AWS_REGION=eu-west-1" : "X=y",
                        "LOG_LEVEL=loud"));
        ck_assert_uint_eq(report.error_count, 2);
        assert_printed("error: LOG_LEVEL (environment) is not one of its choices");
    }
    ck_assert_int_eq(store_asked, 0);
    source_in_use = NULL;
    ck_assert(!LOAD(GOOD_DATABASE, GOOD_AWS, "USE_PARAMETER_STORE=true"));
    assert_printed("error: USE_PARAMETER_STORE is true, but this program cannot read");
}
END_TEST

START_TEST(a_store_that_cannot_be_read_is_an_error_and_nothing_is_called_missing)
{
    store_fails = true;
    ck_assert(!LOAD(USED));
    ck_assert_uint_eq(report.error_count, 1);
    assert_printed("error: /stockpilot/production cannot be read from Parameter Store: SSM says "
                   "400 AccessDeniedException. See that ");
    assert_untouched();
}
END_TEST

START_TEST(a_required_parameter_that_is_missing_is_named)
{
    STORE({ PRODUCTION "COGNITO_CLIENT_ID", "c", false });
    ck_assert(!LOAD(USED, "COGNITO_USER_POOL_ID=eu-west-1_AbC123"));
    ck_assert_uint_eq(report.error_count, 1);
    assert_printed("error: DATABASE_URL is not set, nor is there a parameter " PRODUCTION
                   "DATABASE_URL. Set DATABASE_URL to a URL such as ");
}
END_TEST

START_TEST(a_wrong_parameter_is_told_by_its_name)
{
    STORE({ PRODUCTION "request/deadline-ms", "50", false },
          { PRODUCTION "JWT_LEEWAY_SECONDS", PASSWORD, true },
          { PRODUCTION "DATABASE_URL", "mysql://a:" PASSWORD "@db/stock", false },
          { PRODUCTION "COGNITO_ISSUER", "https://issuer.test", false },
          { PRODUCTION "LOG_LEVEL", "loud\x1b[31m", false });
    ck_assert(!LOAD(USED, "COGNITO_CLIENT_ID=c", "COGNITO_USER_POOL_ID=eu-west-1_AbC123"));
    ck_assert_uint_eq(report.error_count, 5);
    assert_printed("error: REQUEST_DEADLINE_MS (parameter " PRODUCTION "request/deadline-ms) is "
                   "out of range: \"50\". Set REQUEST_DEADLINE_MS to a whole number from 100 to "
                   "4500.");
    assert_printed("error: JWT_LEEWAY_SECONDS (parameter " PRODUCTION "JWT_LEEWAY_SECONDS) is not "
                   "a whole number. Set ");
    assert_printed("error: DATABASE_URL (parameter " PRODUCTION "DATABASE_URL) ");
    assert_printed("error: COGNITO_ISSUER (parameter " PRODUCTION "COGNITO_ISSUER) is not allowed "
                   "in production.");
    char *text = printed_report();
    ck_assert_ptr_null(strstr(text, PASSWORD));
    ck_assert_ptr_null(strchr(text, '\x1b'));
    free(text);
}
END_TEST

START_TEST(two_spellings_may_not_differ)
{
    STORE({ PRODUCTION "DATABASE_URL", "postgresql://a:" PASSWORD "@db/one", true },
          { PRODUCTION "database/url", "postgresql://a:" PASSWORD "@db/two", true },
          { PRODUCTION "LOG_LEVEL", "debug", false }, { PRODUCTION "log/level", "debug", false });
    ck_assert(!LOAD(GOOD_AWS, "USE_PARAMETER_STORE=true"));
    ck_assert_uint_eq(report.problem_count, 1);
    assert_printed("error: DATABASE_URL (parameter " PRODUCTION "DATABASE_URL) is another value "
                   "than that of the parameter " PRODUCTION "database/url. Delete one of the two.");
    char *text = printed_report();
    ck_assert_ptr_null(strstr(text, PASSWORD));
    free(text);
    ck_assert(LOAD(GOOD_AWS, GOOD_DATABASE, "USE_PARAMETER_STORE=true"));
    configuration_free(&configuration);
}
END_TEST

START_TEST(parameters_that_are_no_options_or_cannot_be_are_warned_of)
{
    STORE({ PRODUCTION "API_SECRETS", PASSWORD, true }, { PRODUCTION "aws/region", "us-east-1", 0 },
          { PRODUCTION "SCOREBOARD_NAME", "/other", false });
    ck_assert(LOAD(GOOD_DATABASE, GOOD_AWS, "USE_PARAMETER_STORE=true"));
    ck_assert_uint_eq(report.error_count, 0);
    ck_assert_uint_eq(report.problem_count, 3);
    assert_printed("warning: " PRODUCTION "API_SECRETS is a parameter but not an option.");
    assert_printed("warning: " PRODUCTION "aws/region cannot come from Parameter Store. It is "
                   "ignored: give AWS_REGION in the file or the environment.");
    assert_printed("warning: " PRODUCTION "SCOREBOARD_NAME cannot come from");
    char *text = printed_report();
    ck_assert_ptr_null(strstr(text, PASSWORD));
    free(text);
    ck_assert_str_eq(configuration.aws_region, "eu-west-1");
    ck_assert_str_eq(configuration.scoreboard_name, "/stockpilot-scoreboard");
    configuration_free(&configuration);
}
END_TEST

START_TEST(what_is_warned_of_hides_no_error)
{
    enum { STRANGERS = CONFIGURATION_MAX_PROBLEMS + 6 };
    static char names[STRANGERS][64];
    for (size_t i = 0; i < STRANGERS; i++) {
        snprintf(names[i], sizeof names[i], PRODUCTION "other/%zu", i);
        stored[i] = (struct parameter){ names[i], "x", false };
    }
    stored[STRANGERS] = (struct parameter){ PRODUCTION "LOG_LEVEL", "loud", false };
    ck_assert(!LOAD(USED, "COGNITO_USER_POOL_ID=eu-west-1_AbC123", "COGNITO_CLIENT_ID=client1"));
    assert_printed("error: DATABASE_URL is not set, nor is there a parameter " PRODUCTION
                   "DATABASE_URL.");
    assert_printed("error: LOG_LEVEL (parameter " PRODUCTION "LOG_LEVEL) is not one of");
    assert_printed("warning: " PRODUCTION "other/0 is a parameter but not an option.");
    assert_printed("warning: " PRODUCTION "other/61 is a parameter but not an option.");
    assert_printed("and 8 more\n");
    ck_assert_uint_eq(report.error_count, 2);
    ck_assert_uint_eq(report.problem_count, CONFIGURATION_MAX_PROBLEMS);
}
END_TEST

START_TEST(a_program_that_needs_some_options_asks_only_for_what_it_lacks)
{
    static const char *const database[] = { "DATABASE_URL", "MIGRATION_DATABASE_URL", NULL };
    static const char *const scoreboard[] = { "SCOREBOARD_NAME", NULL };
    STORE({ PRODUCTION "DATABASE_URL", "postgresql://a@db/stock", true },
          { PRODUCTION "LOG_LEVEL", "loud", false }, { PRODUCTION "log/level", "louder", false },
          { PRODUCTION "API_SECRETS", "x", true });
    ck_assert(LOAD_FILE(file, scoreboard, USED));
    ck_assert_int_eq(store_asked, 0);
    configuration_free(&configuration);
    ck_assert(LOAD_FILE(file, database, USED, GOOD_DATABASE,
                        "MIGRATION_DATABASE_URL="
                        "postgresql://o:p@db/stock"));
    ck_assert_int_eq(store_asked, 0);
    ck_assert_str_eq(configuration.parameter_store_path, "/stockpilot/production");
    configuration_free(&configuration);
    ck_assert(LOAD_FILE(file, database, USED));
    ck_assert_int_eq(store_asked, 1);
    ck_assert_uint_eq(report.problem_count, 0);
    ck_assert_str_eq(configuration.database_url, "postgresql://a@db/stock");
    configuration_free(&configuration);
}
END_TEST

START_TEST(a_password_of_its_own_is_put_into_its_url)
{
    static const char *const database[] = { "DATABASE_URL", "MIGRATION_DATABASE_URL", NULL };
    STORE({ PRODUCTION "DATABASE_URL", "postgresql://a@db/stock?sslmode=verify-full", false },
          { PRODUCTION "DATABASE_PASSWORD", "p@ss:w/rd? %20&=\xc3\xbc", true },
          { PRODUCTION "COGNITO_USER_POOL_ID", "eu-west-1_AbC123", false },
          { PRODUCTION "COGNITO_CLIENT_ID", "client1", false });
    static const char joined[] = "postgresql://a@db/stock?sslmode=verify-full&password="
                                 "p%40ss%3Aw%2Frd%3F%20%2520%26%3D%C3%BC";
    ck_assert(LOAD(USED, "MIGRATION_DATABASE_URL=postgresql://o@db/stock",
                   "MIGRATION_DATABASE_PASSWORD=" PASSWORD));
    ck_assert_str_eq(configuration.database_url, joined);
    ck_assert_str_eq(configuration_migration_database_url(&configuration),
                     "postgresql://o@db/stock?password=pass%2Dword%2Dnever%2Dshown");
    configuration_free(&configuration);
    ck_assert(LOAD_FILE(file, database, USED));
    ck_assert_str_eq(configuration.database_url, joined);
    configuration_free(&configuration);
}
END_TEST

START_TEST(one_url_has_one_password)
{
    static const char *const urls[] = { "postgresql://a:x@db/stock",
                                        "postgresql://db/stock?password=x",
                                        "postgresql://a@db/stock?sslmode=require&password=x" };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        char setting[128];
        snprintf(setting, sizeof setting, "DATABASE_URL=%s", urls[i]);
        ck_assert(!LOAD(GOOD_AWS, setting, "DATABASE_PASSWORD=" PASSWORD));
        assert_printed("error: DATABASE_PASSWORD (environment) is given, and there is one in the "
                       "URL as well.");
        assert_untouched();
    }
    ck_assert(!LOAD(GOOD_AWS, GOOD_DATABASE, "MIGRATION_DATABASE_PASSWORD=" PASSWORD));
    assert_printed("error: MIGRATION_DATABASE_PASSWORD (environment) is given without its URL.");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("configuration");
    TCase *loading = tcase_create("loading");
    tcase_add_checked_fixture(loading, make_file, remove_file);
    tcase_add_test(loading, defaults_fill_what_is_not_given);
    tcase_add_test(loading, issuer_and_key_set_follow_from_region_and_pool);
    tcase_add_test(loading, the_file_is_read_and_the_environment_wins);
    tcase_add_test(loading, the_file_may_be_named_by_the_environment);
    tcase_add_test(loading, a_named_file_must_be_there);
    tcase_add_test(loading, all_problems_are_told_at_once);
    tcase_add_test(loading, more_problems_than_are_kept_are_counted);
    tcase_add_test(loading, no_part_of_a_secret_is_printed);
    tcase_add_test(loading, a_line_that_is_not_understood_is_not_quoted);
    tcase_add_test(loading, a_password_of_its_own_is_put_into_its_url);
    tcase_add_test(loading, one_url_has_one_password);
    tcase_add_test(loading, production_refuses_what_only_development_needs);
    tcase_add_test(loading, a_wrong_environment_counts_as_production);
    tcase_add_test(loading, production_needs_a_pool_of_its_region);
    tcase_add_test(loading, development_may_have_another_issuer);
    tcase_add_test(loading, a_bucket_is_in_a_region_and_s3_is_at_aws);
    tcase_add_test(loading, a_file_with_secrets_open_to_all_is_warned_of);
    tcase_add_test(loading, a_parameter_is_an_option_by_its_name);
    tcase_add_test(loading, environment_and_file_win_over_the_store_and_the_store_over_defaults);
    tcase_add_test(loading, the_store_is_where_the_options_of_the_host_say);
    tcase_add_test(loading, a_store_whose_place_is_wrong_is_not_asked);
    tcase_add_test(loading, a_store_that_cannot_be_read_is_an_error_and_nothing_is_called_missing);
    tcase_add_test(loading, a_required_parameter_that_is_missing_is_named);
    tcase_add_test(loading, a_wrong_parameter_is_told_by_its_name);
    tcase_add_test(loading, two_spellings_may_not_differ);
    tcase_add_test(loading, parameters_that_are_no_options_or_cannot_be_are_warned_of);
    tcase_add_test(loading, what_is_warned_of_hides_no_error);
    tcase_add_test(loading, a_program_that_needs_some_options_asks_only_for_what_it_lacks);
    tcase_add_test(loading, hostile_files_are_refused);
    tcase_add_test(loading, a_program_may_need_some_options_only);
    tcase_add_test(loading, booleans_have_six_words);
    suite_add_tcase(suite, loading);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
