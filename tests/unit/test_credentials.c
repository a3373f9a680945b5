/* AWS credentials: the environment, the shared file, and the order of the places. The instance is
 * kept out of this; tests/oracle/imds.test.mjs has its counterpart. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run_suite.h"
#include "stockpilot/aws/credentials.h"

static char file[] = "/tmp/stockpilot-credentials-XXXXXX";
static struct aws_credential_source *source;
static struct error error;

static const char *const variables[] = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                                         "AWS_SESSION_TOKEN", "AWS_PROFILE" };

static void setup(void)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        unsetenv(variables[i]);
    }
    memcpy(file + sizeof file - 7, "XXXXXX", 6);
    int descriptor = mkstemp(file);
    ck_assert_int_ge(descriptor, 0);
    close(descriptor);
    setenv("AWS_SHARED_CREDENTIALS_FILE", file, 1);
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    unsetenv("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    memset(&error, 0, sizeof error);
    source = aws_credential_source_new();
    ck_assert_ptr_nonnull(source);
}

static void teardown(void)
{
    aws_credential_source_free(source);
    unlink(file);
}

/* Written anew under the same name, as tools do: another file, whatever its time. */
static void write_file(const char *text)
{
    char other[sizeof file + 4];
    snprintf(other, sizeof other, "%s.new", file);
    FILE *stream = fopen(other, "w");
    ck_assert_ptr_nonnull(stream);
    fputs(text, stream);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_int_eq(rename(other, file), 0);
}

static void expect(const char *id, const char *secret, const char *token)
{
    const struct aws_credentials *credentials;
    ck_assert_msg(aws_credentials_get(source, &credentials, &error) == ERROR_NONE, "%s",
                  error.cause);
    ck_assert_str_eq(credentials->access_key_id, id);
    ck_assert_str_eq(credentials->secret_access_key, secret);
    ck_assert_str_eq(credentials->session_token, token);
}

static void expect_none(const char *why)
{
    const struct aws_credentials *credentials;
    error_reset(&error);
    ck_assert_int_eq(aws_credentials_get(source, &credentials, &error), ERROR_UNAVAILABLE);
    ck_assert_msg(strstr(error.cause, why) != NULL, "\"%s\" does not say \"%s\"", error.cause, why);
    ck_assert_msg(strstr(error.cause, "SECRET-") == NULL, "the secret is told: %s", error.cause);
}

START_TEST(the_environment_comes_first)
{
    write_file("[default]\naws_access_key_id=FILE\naws_secret_access_key=SECRET-F\n");
    expect("FILE", "SECRET-F", "");
    setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "SECRET-E", 1);
    aws_credentials_distrust(source);
    expect("ENV", "SECRET-E", "");
    setenv("AWS_SESSION_TOKEN", "TOKEN", 1);
    aws_credentials_distrust(source);
    expect("ENV", "SECRET-E", "TOKEN");
}
END_TEST

START_TEST(half_a_pair_is_an_error)
{
    write_file("[default]\naws_access_key_id=FILE\naws_secret_access_key=SECRET-F\n");
    setenv("AWS_SECRET_ACCESS_KEY", "SECRET-E", 1);
    expect_none("only one is set");
    unsetenv("AWS_SECRET_ACCESS_KEY");
    write_file("[default]\naws_secret_access_key=SECRET-F\n");
    expect_none("lacks aws_access_key_id");
}
END_TEST

START_TEST(a_profile_is_read_as_botocore_reads_it)
{
    write_file("# a comment\n; another\n\n"
               "[other]\naws_access_key_id = OTHER\naws_secret_access_key = SECRET-O\n"
               "[ default ]\r\n"
               "aws_access_key_id=ID\r\n"
               "AWS_SECRET_ACCESS_KEY =  SECRET/with+signs==  \r\n"
               "s3 =\n  aws_session_token = not ours\n"
               "region = eu-west-1\n");
    expect("ID", "SECRET/with+signs==", "");
    setenv("AWS_PROFILE", "other", 1);
    aws_credentials_distrust(source);
    expect("OTHER", "SECRET-O", "");
    setenv("AWS_PROFILE", "nobody", 1);
    aws_credentials_distrust(source);
    expect_none("no profile \"nobody\"");
}
END_TEST

START_TEST(a_file_that_changed_is_read_again)
{
    write_file("[default]\naws_access_key_id=ONE\naws_secret_access_key=SECRET-1\n");
    expect("ONE", "SECRET-1", "");
    write_file("[default]\naws_access_key_id=TWO\naws_secret_access_key=SECRET-2\n"
               "aws_session_token=T\n");
    expect("TWO", "SECRET-2", "T");
    write_file("[default]\naws_access_key_id=ONE\naws_secret_access_key=SECRET-1\n");
    expect("ONE", "SECRET-1", "");
}
END_TEST

/* What the instance says when it is asked at last. */
#define INSTANCE_ASKED "there are no AWS credentials: AWS_EC2_METADATA_DISABLED"

START_TEST(without_a_file_the_instance_is_asked)
{
    unlink(file);
    expect_none(INSTANCE_ASKED);
    unsetenv("AWS_SHARED_CREDENTIALS_FILE");
    unsetenv("HOME");
    expect_none(INSTANCE_ASKED);
}
END_TEST

START_TEST(a_file_without_a_default_profile_has_none)
{
    static const char *const texts[] = {
        "", "[other]\naws_access_key_id=OTHER\naws_secret_access_key=SECRET-O\n",
        "[default]\nregion=eu-west-1\n"
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_file(texts[i]);
        expect_none(INSTANCE_ASKED);
    }
    write_file("[default]\naws_access_key_id=FILE\naws_secret_access_key=SECRET-F\n");
    expect("FILE", "SECRET-F", "");
}
END_TEST

START_TEST(a_profile_that_was_asked_for_must_be_there)
{
    setenv("AWS_PROFILE", "mine", 1);
    write_file("[default]\naws_access_key_id=FILE\naws_secret_access_key=SECRET-F\n");
    expect_none("no profile \"mine\"");
    write_file("[mine]\nregion=eu-west-1\n");
    expect_none("the profile \"mine\" lacks");
    unlink(file);
    expect_none("No such file");
    setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "SECRET-E", 1);
    expect("ENV", "SECRET-E", "");
}
END_TEST

START_TEST(what_comes_from_no_instance_never_expires)
{
    const struct aws_credentials *credentials;
    write_file("[default]\naws_access_key_id=FILE\naws_secret_access_key=SECRET-F\n");
    ck_assert_int_eq(aws_credentials_get(source, &credentials, &error), ERROR_NONE);
    ck_assert_int_eq(credentials->expires_at, 0);
}
END_TEST

START_TEST(an_instance_is_asked_by_plain_http_and_only_with_time_left)
{
    const struct aws_credentials *credentials;
    unlink(file);
    unsetenv("AWS_EC2_METADATA_DISABLED");
    setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "https://127.0.0.1:1", 1);
    ck_assert_int_eq(aws_credentials_get_by(source, deadline_after_ms(0), &credentials, &error),
                     ERROR_UNAVAILABLE);
    ck_assert_msg(strstr(error.cause, "no time left") != NULL, "%s", error.cause);
    expect_none("is no http:// URL");
}
END_TEST

START_TEST(a_value_without_end_is_refused)
{
    char text[6000] = "[default]\naws_access_key_id=ID\naws_secret_access_key=SECRET\n"
                      "aws_session_token=";
    memset(text + strlen(text), 'x', 5000);
    write_file(text);
    expect_none("cannot be read");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("credentials");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, the_environment_comes_first);
    tcase_add_test(all, half_a_pair_is_an_error);
    tcase_add_test(all, a_profile_is_read_as_botocore_reads_it);
    tcase_add_test(all, a_file_that_changed_is_read_again);
    tcase_add_test(all, without_a_file_the_instance_is_asked);
    tcase_add_test(all, a_file_without_a_default_profile_has_none);
    tcase_add_test(all, a_profile_that_was_asked_for_must_be_there);
    tcase_add_test(all, what_comes_from_no_instance_never_expires);
    tcase_add_test(all, an_instance_is_asked_by_plain_http_and_only_with_time_left);
    tcase_add_test(all, a_value_without_end_is_refused);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
