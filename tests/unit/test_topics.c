/* Which topics are configured, as the database is asked for them, and which the log says are not.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../src/notifier/destination.h"
#include "../../src/notifier/topics.h"
#include "run_suite.h"
#include "stockpilot/log/log.h"

START_TEST(none_is_none)
{
    const struct configuration configuration = { 0 };
    char text[TOPICS_TEXT_SIZE];
    ck_assert(!topics_configured(&configuration, text));
    ck_assert_str_eq(text, "{}");
}
END_TEST

START_TEST(those_with_an_arn_are_named)
{
    const struct configuration configuration = { .sns_stock_alerts_topic_arn = "arn:1",
                                                 .sns_order_notifications_topic_arn = "arn:3" };
    char text[TOPICS_TEXT_SIZE];
    ck_assert(topics_configured(&configuration, text));
    ck_assert_str_eq(text, "{stock-alerts,order-notifications}");
    ck_assert_str_eq(topics_arn(&configuration, "stock-alerts"), "arn:1");
    ck_assert_str_eq(topics_arn(&configuration, "order-notifications"), "arn:3");
    ck_assert_ptr_null(topics_arn(&configuration, "system-alerts"));
    ck_assert_ptr_null(topics_arn(&configuration, "no-such-topic"));
}
END_TEST

START_TEST(all_fit)
{
    const struct configuration configuration = { .sns_stock_alerts_topic_arn = "arn:1",
                                                 .sns_system_alerts_topic_arn = "arn:2",
                                                 .sns_order_notifications_topic_arn = "arn:3" };
    char text[TOPICS_TEXT_SIZE];
    ck_assert(topics_configured(&configuration, text));
    ck_assert_str_eq(text, "{stock-alerts,system-alerts,order-notifications}");
}
END_TEST

/* Beside the pool that tokens come from there may be no other that people are invited to. */
START_TEST(the_user_pool_is_the_one_of_the_tokens)
{
    struct configuration configuration = { .aws_region = "eu-west-1",
                                           .cognito_user_pool_id = "eu-west-1_a" };
    char text[TOPICS_TEXT_SIZE];
    ck_assert(destination_user_pool.topics(&configuration, text));
    ck_assert_str_eq(text, "{user-pool}");
    configuration.cognito_issuer = "http://127.0.0.1:9229/local_pool";
    ck_assert(!destination_user_pool.topics(&configuration, text));
    ck_assert_str_eq(text, "{}");
    configuration.cognito_endpoint = "http://127.0.0.1:9229";
    ck_assert(destination_user_pool.topics(&configuration, text));
    configuration.cognito_user_pool_id = NULL;
    ck_assert(!destination_user_pool.topics(&configuration, text));
}
END_TEST

START_TEST(the_topics_of_all_destinations_are_one_list)
{
    const struct configuration configuration = { .aws_region = "eu-west-1",
                                                 .cognito_user_pool_id = "eu-west-1_a",
                                                 .sns_stock_alerts_topic_arn = "arn:1" };
    char text[TOPICS_TEXT_SIZE];
    destinations_topics(&configuration, text);
    ck_assert_str_eq(text, "{stock-alerts,image-deletions,user-pool}");
}
END_TEST

/* Datagrams: each read gives exactly what one write gave. */
static int writes[2];

static void open_log(void)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, writes), 0);
    log_set_descriptor(writes[1]);
}

static void close_log(void)
{
    log_set_descriptor(STDERR_FILENO);
    close(writes[0]);
    close(writes[1]);
}

/* The next line names this topic and option; NULL: there is no line. */
static void assert_warned(const char *topic, const char *option)
{
    char line[4096] = "";
    char fields[200] = "";
    ssize_t length = recv(writes[0], line, sizeof line - 1, 0);
    if (topic == NULL) {
        ck_assert_msg(length < 0, "%s", line);
        return;
    }
    snprintf(fields, sizeof fields, "\"topic\":\"%s\",\"option\":\"%s\"", topic, option);
    ck_assert_ptr_nonnull(strstr(line, "\"event\":\"topic_not_configured\""));
    ck_assert_msg(strstr(line, fields) != NULL, "%s", line);
}

START_TEST(what_has_nowhere_to_go_is_warned_of_with_the_option_that_is_missing)
{
    struct configuration configuration = { .sns_stock_alerts_topic_arn = "arn:1",
                                           .sns_order_notifications_topic_arn = "arn:3" };
    topics_log_missing(&configuration);
    assert_warned("system-alerts", "SNS_SYSTEM_ALERTS_TOPIC_ARN");
    assert_warned("user-pool", "COGNITO_USER_POOL_ID");
    configuration.sns_system_alerts_topic_arn = "arn:2";
    configuration.cognito_user_pool_id = "eu-west-1_a";
    topics_log_missing(&configuration);
    assert_warned("user-pool", "AWS_REGION");
    configuration.aws_region = "eu-west-1";
    configuration.cognito_issuer = "http://127.0.0.1:9229/local_pool";
    topics_log_missing(&configuration);
    assert_warned("user-pool", "COGNITO_ENDPOINT");
    configuration.cognito_endpoint = "http://127.0.0.1:9229";
    topics_log_missing(&configuration);
    assert_warned(NULL, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("topics");
    TCase *cases = tcase_create("topics");
    tcase_add_test(cases, none_is_none);
    tcase_add_test(cases, those_with_an_arn_are_named);
    tcase_add_test(cases, all_fit);
    tcase_add_test(cases, the_user_pool_is_the_one_of_the_tokens);
    tcase_add_test(cases, the_topics_of_all_destinations_are_one_list);
    suite_add_tcase(suite, cases);
    cases = tcase_create("log");
    tcase_add_checked_fixture(cases, open_log, close_log);
    tcase_add_test(cases, what_has_nowhere_to_go_is_warned_of_with_the_option_that_is_missing);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
