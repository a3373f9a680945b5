/* The text of a mail: the message, the facts there are, and how to have no more of them. */
#include "../../src/notifier/message_text.h"

#include <string.h>

#include "run_suite.h"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1u << 20);
    ck_assert_ptr_nonnull(arena);
}

static void tear_down(void)
{
    arena_free(arena);
}

START_TEST(an_alert_has_its_facts_a_line_each)
{
    const struct outbox_message alert = { .message = "Lamp has 4 left. Its minimum is 5.",
                                          .product_name = "Lamp",
                                          .sku = "LMP-1",
                                          .stock_quantity = "4",
                                          .minimum_stock = "5",
                                          .happened_at = "2026-11-27 14:05 Europe/Berlin" };
    static const char expected[] = "Lamp has 4 left. Its minimum is 5.\n"
                                   "\n"
                                   "Product: Lamp\n"
                                   "SKU: LMP-1\n"
                                   "In stock: 4\n"
                                   "Minimum: 5\n"
                                   "Time: 2026-11-27 14:05 Europe/Berlin\n"
                                   "\n--\n";
    const char *body = message_text_body(arena, &alert);
    ck_assert_ptr_nonnull(body);
    ck_assert_int_eq(strncmp(body, expected, sizeof expected - 1), 0);
    ck_assert_ptr_nonnull(strstr(body, "alertDelivery"));
    ck_assert_int_eq(body[strlen(body) - 1], '\n');
}
END_TEST

START_TEST(what_is_not_known_has_no_line)
{
    const struct outbox_message plain = { .message = "The books differ.", .happened_at = "today" };
    const char *body = message_text_body(arena, &plain);
    ck_assert_ptr_nonnull(body);
    ck_assert_ptr_nonnull(strstr(body, "The books differ.\n\nTime: today\n"));
    ck_assert_ptr_null(strstr(body, "Product"));
    ck_assert_ptr_null(strstr(body, "SKU"));
}
END_TEST

START_TEST(what_is_too_long_for_a_mail_has_no_text)
{
    static char text[300u << 10];
    memset(text, 'x', sizeof text - 1);
    const struct outbox_message endless = { .message = text };
    ck_assert_ptr_null(message_text_body(arena, &endless));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("message_text");
    TCase *cases = tcase_create("message text");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, an_alert_has_its_facts_a_line_each);
    tcase_add_test(cases, what_is_not_known_has_no_line);
    tcase_add_test(cases, what_is_too_long_for_a_mail_has_no_text);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
