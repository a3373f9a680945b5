/* Which topics are configured, as the database is asked for them. */
#include "../../src/notifier/destination.h"
#include "../../src/notifier/topics.h"
#include "run_suite.h"

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
    return run_suite(suite);
}
