/* What a client may write into a product: AC-51 (fields), AC-53 (quantities), AC-54 (money); and
 * into a user, which has an address and a switch. */
#include <stdio.h>
#include <string.h>

#include "run_suite.h"
#include "stockpilot/domain/product.h"
#include "stockpilot/domain/user.h"
#include "stockpilot/json/record_json.h"

static struct arena *arena;
static struct error error;
static struct product_change change;
static struct record_reading reading;

static void setup(void)
{
    arena = arena_new(256 * 1024);
    ck_assert_ptr_nonnull(arena);
    memset(&change, 0, sizeof change);
    memset(&error, 0, sizeof error);
    reading = (struct record_reading){ .record = &change, .error = &error };
    reading.rules = product_rules(&reading.rule_count);
}

static void teardown(void)
{
    arena_free(arena);
}

static enum error_kind read_text(const char *json)
{
    return record_read_json(&reading, arena, json, strlen(json));
}

START_TEST(all_fields_are_read_exactly)
{
    ck_assert_int_eq(read_text("{\"name\":\"L\\u00e4mp\",\"price\":19.99,\"rating\":4.5,"
                               "\"stockQuantity\":2147483647,\"minimumStock\":0,"
                               "\"description\":null,\"sku\":\"A/1\"}"),
                     ERROR_NONE);
    ck_assert_str_eq(change.name, "L\xc3\xa4mp");
    ck_assert_str_eq(change.price.text, "19.99");
    ck_assert_str_eq(change.rating.text, "4.50");
    ck_assert_int_eq(change.stock_quantity, 2147483647);
    ck_assert_ptr_null(change.description);
    ck_assert_uint_eq(reading.given, PRODUCT_NAME | PRODUCT_PRICE | PRODUCT_RATING | PRODUCT_STOCK |
                                         PRODUCT_MINIMUM_STOCK | PRODUCT_DESCRIPTION | PRODUCT_SKU);
}
END_TEST

static const struct {
    const char *json;
    const char *pointer;
    const char *code;
} refused[] = {
    { "{\"stockQuantity\":9007199254740993}", "/stockQuantity", "out_of_range" },
    { "{\"stockQuantity\":2147483648}", "/stockQuantity", "out_of_range" },
    { "{\"stockQuantity\":-1}", "/stockQuantity", "out_of_range" },
    { "{\"stockQuantity\":1.5}", "/stockQuantity", "not_an_integer" },
    { "{\"stockQuantity\":\"5\"}", "/stockQuantity", "wrong_type" },
    { "{\"stockQuantity\":null}", "/stockQuantity", "not_nullable" },
    { "{\"price\":1.005}", "/price", "too_many_decimals" },
    { "{\"price\":1e-3}", "/price", "too_many_decimals" },
    { "{\"price\":1e30}", "/price", "out_of_range" },
    { "{\"price\":-0.01}", "/price", "out_of_range" },
    { "{\"price\":true}", "/price", "wrong_type" },
    { "{\"rating\":5.01}", "/rating", "out_of_range" },
    { "{\"name\":\" \"}", "/name", "blank" },
    { "{\"name\":7}", "/name", "wrong_type" },
    { "{\"name\":{}}", "/name", "wrong_type" },
    { "{\"productId\":\"7\"}", "/productId", "not_a_uuid" },
    { "{\"imageUrl\":\"javascript:alert(1)\"}", "/imageUrl", "not_an_address" },
    { "{\"imageUrl\":\"https://x/\\u000d\\u000aSet-Cookie: a\"}", "/imageUrl", "not_an_address" },
    { "{\"version\":3}", "/version", "read_only" },
    { "{\"Sales\":[]}", "/Sales", "read_only" },
    { "{\"colour\":1}", "/colour", "unknown_field" },
    { "{\"name\":\"a\\nb\"}", "/name", "control_character" },
    { "{\"description\":\"a\\u0085b\"}", "/description", "control_character" },
    { "{\"imageUrl\":\"//elsewhere.test/a.png\"}", "/imageUrl", "not_an_address" },
    { "{\"a/b~c\":1}", "/a~1b~0c", "unknown_field" },
};

START_TEST(what_breaks_a_rule_is_named) /* AC-51, AC-53, AC-54 */
{
    ck_assert_int_eq(read_text(refused[_i].json), ERROR_INVALID);
    ck_assert_uint_eq(error.field_count, 1);
    ck_assert_str_eq(error.fields[0].pointer, refused[_i].pointer);
    ck_assert_str_eq(error.fields[0].code, refused[_i].code);
}
END_TEST

START_TEST(a_field_in_another_case_is_malformed) /* AC-50 */
{
    ck_assert_int_eq(read_text("{\"Name\":\"x\",\"colour\":1}"), ERROR_MALFORMED);
    ck_assert_str_eq(error.fields[0].pointer, "/Name");
    ck_assert_str_eq(error.fields[0].code, "wrong_case");
    ck_assert_uint_eq(error.field_count, 2);
}
END_TEST

START_TEST(an_empty_text_clears_what_can_be_cleared)
{
    ck_assert_int_eq(read_text("{\"sku\":\"\",\"imageUrl\":\"\",\"description\":\"two\\nlines\"}"),
                     ERROR_NONE);
    ck_assert_ptr_null(change.sku);
    ck_assert_uint_eq(reading.given, PRODUCT_SKU | PRODUCT_IMAGE_URL | PRODUCT_DESCRIPTION);
    ck_assert_str_eq(change.description, "two\nlines");
}
END_TEST

START_TEST(all_errors_come_at_once)
{
    ck_assert_int_eq(read_text("{\"price\":1.005,\"stockQuantity\":-1,\"x\":1,\"name\":\"ok\"}"),
                     ERROR_INVALID);
    record_require(&reading, PRODUCT_NAME | PRODUCT_PRICE | PRODUCT_SKU);
    ck_assert_uint_eq(error.field_count, 4);
    ck_assert_str_eq(error.fields[3].pointer, "/sku");
    ck_assert_str_eq(error.fields[3].code, "required");
}
END_TEST

START_TEST(more_errors_than_are_kept_are_counted)
{
    char json[1024] = "{";
    for (int i = 0; i < 40; i++) {
        size_t used = strlen(json);
        snprintf(json + used, sizeof json - used, "%s\"x%d\":1", i == 0 ? "" : ",", i);
    }
    size_t used = strlen(json);
    snprintf(json + used, sizeof json - used, "}");
    ck_assert_int_eq(read_text(json), ERROR_INVALID);
    ck_assert_uint_eq(error.field_count, ERROR_MAX_FIELDS);
    ck_assert_uint_eq(error.fields_dropped, 40 - ERROR_MAX_FIELDS);
}
END_TEST

START_TEST(a_long_name_in_a_pointer_is_cut_between_characters)
{
    char json[700] = "{\"";
    for (int i = 0; i < 200; i++) {
        size_t used = strlen(json);
        snprintf(json + used, sizeof json - used, "\xc3\xa9");
    }
    size_t used = strlen(json);
    snprintf(json + used, sizeof json - used, "\":1}");
    ck_assert_int_eq(read_text(json), ERROR_INVALID);
    size_t length = strlen(error.fields[0].pointer);
    ck_assert_uint_gt(length, 20);
    ck_assert_int_eq((unsigned char)error.fields[0].pointer[length - 1], 0xa9);
}
END_TEST

START_TEST(anything_but_an_object_is_malformed)
{
    ck_assert_int_eq(read_text("[1]"), ERROR_MALFORMED);
    ck_assert_int_eq(read_text(""), ERROR_MALFORMED);
}
END_TEST

static struct managed_change user;

static void read_user(const struct field_rule *rules, size_t count, const char *json)
{
    memset(&user, 0, sizeof user);
    memset(&error, 0, sizeof error);
    reading = (struct record_reading){
        .rules = rules, .rule_count = count, .record = &user, .error = &error
    };
    (void)!read_text(json);
}

START_TEST(a_switch_is_true_or_false)
{
    size_t count;
    const struct field_rule *rules = managed_rules(&count);
    static const char *const others[] = { "\"true\"", "1", "0", "[]", "\"\"" };
    read_user(rules, count, "{\"disabled\":true}");
    ck_assert(error.kind == ERROR_NONE && user.disabled);
    read_user(rules, count, "{\"disabled\":false}");
    ck_assert(error.kind == ERROR_NONE && !user.disabled);
    ck_assert_uint_eq(reading.given, MANAGED_DISABLED);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char json[40];
        snprintf(json, sizeof json, "{\"disabled\":%s}", others[i]);
        read_user(rules, count, json);
        ck_assert_str_eq(error.fields[0].code, "wrong_type");
    }
    read_user(rules, count, "{\"disabled\":null}");
    ck_assert_str_eq(error.fields[0].code, "not_nullable");
}
END_TEST

static const struct {
    const char *address;
    bool good;
} addresses[] = {
    { "a@b", true },
    { "ada.lindqvist+shop@mail.example-shop.test", true },
    { "!#$%&'*+/=?^_`{|}~-@x.test", true },
    { "ADA@EXAMPLE.TEST", true },
    { "123456789012345678901234567890123456789012345678901234567890123@x.test", true },
    { "a@x.123456789012345678901234567890123456789012345678901234567890123", true },
    { "a@x.1234567890123456789012345678901234567890123456789012345678901234", false },
    { "a", false },
    { "@x.test", false },
    { "a@", false },
    { "a@.test", false },
    { "a@x.", false },
    { "a@x..test", false },
    { "a@-x.test", false },
    { "a@x-.test", false },
    { "a@x_y.test", false },
    { "a b@x.test", false },
    { "a@x.test ", false },
    { "a@b@x.test", false },
    { "<a@x.test>", false },
    { "a,b@x.test", false },
    { "\\u00e4@x.test", false },
    { "a@\\u00e4.test", false },
    { "a@x.test\\r\\nBcc: b@x.test", false },
};

START_TEST(an_address_is_one_that_a_mail_can_be_sent_to)
{
    size_t count;
    const struct field_rule *rules = invitation_rules(&count);
    char json[160];
    snprintf(json, sizeof json, "{\"email\":\"%s\"}", addresses[_i].address);
    read_user(rules, count, json);
    ck_assert_msg((error.kind == ERROR_NONE) == addresses[_i].good, "%s", json);
    if (!addresses[_i].good) {
        ck_assert_uint_eq(error.field_count, 1);
        ck_assert_str_eq(error.fields[0].pointer, "/email");
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("record_json");
    TCase *cases = tcase_create("product");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, all_fields_are_read_exactly);
    tcase_add_loop_test(cases, what_breaks_a_rule_is_named, 0,
                        (int)(sizeof refused / sizeof *refused));
    tcase_add_test(cases, a_field_in_another_case_is_malformed);
    tcase_add_test(cases, an_empty_text_clears_what_can_be_cleared);
    tcase_add_test(cases, all_errors_come_at_once);
    tcase_add_test(cases, more_errors_than_are_kept_are_counted);
    tcase_add_test(cases, a_long_name_in_a_pointer_is_cut_between_characters);
    tcase_add_test(cases, anything_but_an_object_is_malformed);
    tcase_add_test(cases, a_switch_is_true_or_false);
    tcase_add_loop_test(cases, an_address_is_one_that_a_mail_can_be_sent_to, 0,
                        (int)(sizeof addresses / sizeof *addresses));
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
