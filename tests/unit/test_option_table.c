/* The option table is whole, and each form of value takes what it should and nothing else. */
#include <check.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/config/database_url.h"
#include "stockpilot/config/option_syntax.h"
#include "stockpilot/config/option_table.h"

#define TEXTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void assert_takes(option_check *check, const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        const char *wrong = check(*texts);
        ck_assert_msg(wrong == NULL, "\"%s\" %s", *texts, wrong);
    }
}

static void assert_refuses(option_check *check, const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        ck_assert_msg(check(*texts) != NULL, "accepted: \"%s\"", *texts);
    }
}

START_TEST(every_row_is_whole)
{
    size_t count;
    const struct option_definition *options = option_table(&count);
    ck_assert_uint_gt(count, 0);
    for (size_t i = 0; i < count; i++) {
        const struct option_definition *option = &options[i];
        ck_assert_uint_le(strlen(option->name), 64);
        for (const char *c = option->name; *c != '\0'; c++) {
            ck_assert(isupper((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_');
        }
        ck_assert_ptr_nonnull(option->help);
        ck_assert_ptr_eq(option_find(option->name), option);
        ck_assert_ptr_eq(option_nearest(option->name), option);
        ck_assert((option->type == OPTION_CHOICE) == (option->choices != NULL));
        if (option->type == OPTION_INTEGER) {
            ck_assert_int_lt(option->minimum, option->maximum);
        } else if (option->type != OPTION_BOOLEAN && option->type != OPTION_CHOICE) {
            ck_assert_ptr_nonnull(option->expected);
        }
        ck_assert_msg(!(option->flags & OPTION_REQUIRED) || !option->default_text,
                      "%s is required and has a default", option->name);
        for (size_t j = 0; j < i; j++) {
            ck_assert_str_ne(options[j].name, option->name);
            ck_assert_uint_ne(options[j].offset, option->offset);
        }
    }
}
END_TEST

START_TEST(a_mistyped_name_finds_the_nearest_option)
{
    static const char *const pairs[][2] = {
        { "DATABASE_URI", "DATABASE_URL" },          { "database_url", "DATABASE_URL" },
        { "COGNITO_CLIENTID", "COGNITO_CLIENT_ID" }, { "JWT_LEEWAY", "JWT_LEEWAY_SECONDS" },
        { "S3_BUCKET", "S3_BUCKET_NAME" },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const struct option_definition *option = option_nearest(pairs[i][0]);
        ck_assert_ptr_nonnull(option);
        ck_assert_str_eq(option->name, pairs[i][1]);
    }
    ck_assert_ptr_null(option_nearest("PORT"));
    ck_assert_ptr_null(option_nearest(""));
    char longest[4096];
    memset(longest, 'A', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    ck_assert_ptr_null(option_nearest(longest));
}
END_TEST

START_TEST(database_urls)
{
    assert_takes(syntax_database_url,
                 TEXTS("postgres://localhost/stockpilot", "postgresql://u@h/d",
                       "postgresql://u:p@h:5432/d",
                       "postgresql://u:p%40ss@h/d?sslmode=require&connect_timeout=2",
                       "postgresql://u:p@a:5432,b:5433/d?target_session_attrs=read-write",
                       "postgresql:///d?host=/var/run/postgresql&user=u",
                       "postgresql://u@%2Fvar%2Frun%2Fpostgresql/d", "postgresql://[::1]:5432/d",
                       "postgresql://u@[2001:db8::1],[::1]:5433/d", "postgresql://h?dbname=d",
                       "postgresql://h/d?options=-c%20lock_timeout%3D1s"));
    assert_refuses(
        syntax_database_url,
        TEXTS("", "stockpilot", "host=localhost dbname=d", "mysql://h/d", "postgresql:/h/d",
              "postgresql://", "postgresql://h", "postgresql://h/", "postgresql://h:0/d",
              "postgresql://h:65536/d", "postgresql://h:5x/d", "postgresql://u:a@b@h/d",
              "postgresql://u:a b@h/d", "postgresql://u:a%2@h/d", "postgresql://u:a%zz@h/d",
              "postgresql://u:a%00@h/d", "postgresql://h/d?", "postgresql://h/d?sslmode",
              "postgresql://h/d?=x", "postgresql://h/d?a=b&", "postgresql://[::1/d",
              "postgresql://[]/d", "postgresql://[::1]5432/d", "postgresql://h/d?schema=public",
              "postgresql://h/d?sslmode=require&connection_limit=5", "postgresql://h/d#x"));
}
END_TEST

START_TEST(web_urls)
{
    assert_takes(syntax_web_url,
                 TEXTS("https://a.test", "http://127.0.0.1:8080/pool", "https://[::1]:8443/x/y",
                       "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123"));
    assert_refuses(syntax_web_url,
                   TEXTS("", "a.test", "ftp://a.test", "https://", "https:///x",
                         "https://u:p@a.test", "https://a.test/", "https://a.test/x/",
                         "https://a.test?x", "https://a.test/x?y", "https://a.test/x#y",
                         "https://a..test", "https://-a.test",
                         "https://a.test:", "https://a.test:123456", "https://[::1",
                         "https://a.test/a b", "HTTPS://a.test"));
    assert_takes(syntax_web_address, TEXTS("/images", "/a/b", "https://cdn.test/images"));
    assert_refuses(syntax_web_address,
                   TEXTS("/", "/images/", "//evil.test/x", "/a?b", "images", "/a\"b"));
    ck_assert(web_url_is_https("https://a.test"));
    ck_assert(!web_url_is_https("http://a.test"));
}
END_TEST

START_TEST(names_in_aws)
{
    assert_takes(syntax_aws_region,
                 TEXTS("us-east-1", "eu-west-1", "us-gov-west-1", "ap-southeast-2"));
    assert_refuses(syntax_aws_region, TEXTS("", "us", "us-1", "us-east", "us-east-", "US-EAST-1",
                                            "us--east-1", "-east-1", "us-east-1.evil.test/",
                                            "us-east-1/", "us-east1-1", "us-east-111"));
    assert_takes(syntax_user_pool_id, TEXTS("us-east-1_StockPilot", "local_4x"));
    assert_refuses(syntax_user_pool_id, TEXTS("", "a/b", "a.b", "a b", "a%2fb"));
    assert_takes(syntax_client_ids, TEXTS("a", "stockpilot-dev", "1a2b3c,4d5e6f"));
    assert_refuses(syntax_client_ids, TEXTS("", ",", "a,", ",a", "a, b", "a,,b", "a b", "a\"b"));
    assert_takes(syntax_s3_bucket, TEXTS("stockpilot-images", "a.b", "abc"));
    assert_refuses(syntax_s3_bucket, TEXTS("ab", "Abc", "s3://abc", "-abc", "abc-", "a..b", "a_b"));
    assert_takes(syntax_host,
                 TEXTS("d111111abcdef8.cloudfront.net", "localhost", "127.0.0.1:8444"));
    assert_refuses(syntax_host, TEXTS("", "https://d1.cloudfront.net", "a.test/",
                                      "a.test:", "a.test:x", "a.test:443/"));
    assert_takes(syntax_parameter_path, TEXTS("/stockpilot/production", "/a", "/a-b/c.d/e_f",
                                              "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15"));
    assert_refuses(syntax_parameter_path,
                   TEXTS("", "/", "a", "a/b", "/a/", "/a//b", "/a b", "/\xc3\xa4",
                         "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16"));
    assert_takes(syntax_sns_topic_arn,
                 TEXTS("arn:aws:sns:us-east-1:123456789012:stock-alerts",
                       "arn:aws-us-gov:sns:us-gov-west-1:123456789012:a.fifo"));
    assert_refuses(
        syntax_sns_topic_arn,
        TEXTS("", "stock-alerts", "arn:aws:sqs:us-east-1:123456789012:q",
              "arn:aws:sns:us-east-1:12345678901:t",
              "arn:aws:sns:us-east-1:123456789012:", "arn:aws:sns:us-east-1:123456789012",
              "arn:aws:sns::123456789012:t", "arn:aws:sns:us-east-1:123456789012:t:x", "arn:aws"));
}
END_TEST

START_TEST(other_forms)
{
    assert_takes(syntax_shm_name, TEXTS("/stockpilot-jwks", "/a.b_c"));
    assert_refuses(syntax_shm_name, TEXTS("", "/", "a", "/a/b", "/.", "/..", "//"));
    assert_takes(syntax_path, TEXTS("/", "/var/lib/x"));
    assert_refuses(syntax_path, TEXTS("", "x", "./x", "~/x"));
    assert_takes(syntax_text, TEXTS("", "a b", "\xc3\xa9"));
    assert_refuses(syntax_text, TEXTS("\n", "a\tb", "\x7f", "\xff", "\xc3"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("option_table");
    TCase *table = tcase_create("table");
    tcase_add_test(table, every_row_is_whole);
    tcase_add_test(table, a_mistyped_name_finds_the_nearest_option);
    suite_add_tcase(suite, table);
    TCase *syntax = tcase_create("syntax");
    tcase_add_test(syntax, database_urls);
    tcase_add_test(syntax, web_urls);
    tcase_add_test(syntax, names_in_aws);
    tcase_add_test(syntax, other_forms);
    suite_add_tcase(suite, syntax);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
