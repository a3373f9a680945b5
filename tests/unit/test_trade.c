/* What a client may write into a sale or a purchase: its lines, together and one by one. AC-53
 * (quantities), AC-54 (money). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "run_suite.h"
#include "stockpilot/domain/product.h"
#include "stockpilot/json/trade_json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LAMP "7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11"
#define CHAIR "5793148f-9e64-493b-a298-fab21035e5bd"

/* A document of one line that has these members besides the product. */
#define ONE(members) "{\"lines\":[{\"productId\":\"" LAMP "\"," members "}]}"

static struct arena *arena;
static struct error error;
static struct new_trade trade;
static char text[64 * 1024];

static void setup(void)
{
    arena = arena_new(1024 * 1024);
    ck_assert_ptr_nonnull(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

static enum error_kind read_as(enum trade_kind kind, const char *json)
{
    memset(&trade, 0, sizeof trade);
    memset(&error, 0, sizeof error);
    return trade_read_json(arena, kind, json, strlen(json), &trade, &error);
}

static void assert_refused(enum trade_kind kind, const char *json, const char *pointer,
                           const char *code)
{
    ck_assert_msg(read_as(kind, json) == ERROR_INVALID, "%s", json);
    ck_assert_msg(error.field_count == 1, "%s: %zu errors, the last at %s", json, error.field_count,
                  error.field_count > 0 ? error.fields[error.field_count - 1].pointer : "nothing");
    ck_assert_str_eq(error.fields[0].pointer, pointer);
    ck_assert_str_eq(error.fields[0].code, code);
}

START_TEST(a_sale_is_read_exactly)
{
    ck_assert_int_eq(read_as(TRADE_SALE,
                             "{\"note\":\"Two\\nlines\",\"lines\":["
                             "{\"productId\":\"" LAMP
                             "\",\"quantity\":2147483647,\"unitPrice\":19.99},"
                             "{\"quantity\":1,\"productId\":\"" CHAIR "\",\"unitPrice\":null}]}"),
                     ERROR_NONE);
    ck_assert_str_eq(trade.note, "Two\nlines");
    ck_assert_uint_eq(trade.line_count, 2);
    ck_assert_str_eq(trade.lines[0].product_id, LAMP);
    ck_assert_int_eq(trade.lines[0].quantity, 2147483647);
    ck_assert_str_eq(trade.lines[0].unit_amount.text, "19.99");
    ck_assert_str_eq(trade.lines[1].product_id, CHAIR);
    ck_assert_str_eq(trade.lines[1].unit_amount.text, "");
    ck_assert_uint_eq(trade.lines[1].position, 1);
}
END_TEST

START_TEST(a_purchase_has_a_supplier_and_costs_of_four_decimals)
{
    ck_assert_int_eq(read_as(TRADE_PURCHASE,
                             "{\"supplier\":\"Acme\",\"note\":null,\"lines\":["
                             "{\"productId\":\"" LAMP "\",\"quantity\":6,\"unitCost\":1.2345}]}"),
                     ERROR_NONE);
    ck_assert_str_eq(trade.supplier, "Acme");
    ck_assert_ptr_null(trade.note);
    ck_assert_str_eq(trade.lines[0].unit_amount.text, "1.2345");
}
END_TEST

static const struct {
    enum trade_kind kind;
    const char *json;
    const char *pointer;
    const char *code;
} refused[] = {
    { TRADE_SALE, "{}", "/lines", "required" },
    { TRADE_SALE, "{\"lines\":[]}", "/lines", "empty" },
    { TRADE_SALE, "{\"lines\":{}}", "/lines", "wrong_type" },
    { TRADE_SALE, "{\"lines\":\"all\"}", "/lines", "wrong_type" },
    { TRADE_SALE, "{\"lines\":null}", "/lines", "not_nullable" },
    { TRADE_SALE, "{\"lines\":[7]}", "/lines/0", "wrong_type" },
    { TRADE_SALE, "{\"lines\":[null]}", "/lines/0", "wrong_type" },
    { TRADE_SALE, "{\"lines\":[[]]}", "/lines/0", "wrong_type" },
    { TRADE_SALE, ONE("\"quantity\":0"), "/lines/0/quantity", "out_of_range" },
    { TRADE_SALE, ONE("\"quantity\":-1"), "/lines/0/quantity", "out_of_range" },
    { TRADE_SALE, ONE("\"quantity\":2147483648"), "/lines/0/quantity", "out_of_range" },
    { TRADE_SALE, ONE("\"quantity\":9007199254740993"), "/lines/0/quantity", "out_of_range" },
    { TRADE_SALE, ONE("\"quantity\":1.5"), "/lines/0/quantity", "not_an_integer" },
    { TRADE_SALE, ONE("\"quantity\":\"1\""), "/lines/0/quantity", "wrong_type" },
    { TRADE_SALE, ONE("\"quantity\":true"), "/lines/0/quantity", "wrong_type" },
    { TRADE_SALE, ONE("\"quantity\":null"), "/lines/0/quantity", "not_nullable" },
    { TRADE_SALE, ONE("\"note\":\"x\",\"quantity\":1"), "/lines/0/note", "unknown_field" },
    { TRADE_SALE, ONE("\"unitPrice\":1"), "/lines/0/quantity", "required" },
    { TRADE_SALE, ONE("\"quantity\":1,\"unitPrice\":1.005"), "/lines/0/unitPrice",
      "too_many_decimals" },
    { TRADE_SALE, ONE("\"quantity\":1,\"unitPrice\":-0.01"), "/lines/0/unitPrice", "out_of_range" },
    { TRADE_SALE, ONE("\"quantity\":1,\"unitPrice\":1000000000000"), "/lines/0/unitPrice",
      "out_of_range" },
    { TRADE_SALE, ONE("\"quantity\":1,\"unitPrice\":\"1\""), "/lines/0/unitPrice", "wrong_type" },
    { TRADE_SALE, ONE("\"quantity\":1,\"unitCost\":1"), "/lines/0/unitCost", "unknown_field" },
    { TRADE_SALE, ONE("\"quantity\":1,\"totalAmount\":1"), "/lines/0/totalAmount", "read_only" },
    { TRADE_SALE, "{\"lines\":[{\"productId\":\"7\",\"quantity\":1}]}", "/lines/0/productId",
      "not_a_uuid" },
    { TRADE_SALE, "{\"lines\":[{\"productId\":7,\"quantity\":1}]}", "/lines/0/productId",
      "wrong_type" },
    { TRADE_SALE, "{\"lines\":[{\"quantity\":1}]}", "/lines/0/productId", "required" },
    { TRADE_PURCHASE, ONE("\"quantity\":1"), "/lines/0/unitCost", "required" },
    { TRADE_PURCHASE, ONE("\"quantity\":1,\"unitCost\":null"), "/lines/0/unitCost",
      "not_nullable" },
    { TRADE_PURCHASE, ONE("\"quantity\":1,\"unitCost\":0.00001"), "/lines/0/unitCost",
      "too_many_decimals" },
    { TRADE_PURCHASE, ONE("\"quantity\":1,\"unitCost\":10000000000"), "/lines/0/unitCost",
      "out_of_range" },
    { TRADE_PURCHASE, ONE("\"quantity\":1,\"unitCost\":1,\"unitPrice\":1"), "/lines/0/unitPrice",
      "unknown_field" },
};

START_TEST(each_fault_is_named_where_it_is)
{
    assert_refused(refused[_i].kind, refused[_i].json, refused[_i].pointer, refused[_i].code);
    ck_assert_uint_eq(trade.line_count, 0);
}
END_TEST

START_TEST(faults_of_the_document_stand_beside_those_of_its_lines)
{
    ck_assert_int_eq(read_as(TRADE_SALE, "{\"discount\":1,\"totalAmount\":3,\"note\":7,\"lines\":["
                                         "{\"productId\":\"" LAMP "\",\"quantity\":1},"
                                         "{\"productId\":\"x\",\"quantity\":0},7]}"),
                     ERROR_INVALID);
    static const char *const pointers[] = { "/discount",          "/totalAmount",      "/note",
                                            "/lines/1/productId", "/lines/1/quantity", "/lines/2" };
    ck_assert_uint_eq(error.field_count, COUNT(pointers));
    for (size_t i = 0; i < COUNT(pointers); i++) {
        ck_assert_str_eq(error.fields[i].pointer, pointers[i]);
    }
    ck_assert_uint_eq(trade.line_count, 1);
}
END_TEST

START_TEST(what_is_no_object_of_json_is_malformed)
{
    static const char *const bad[] = { "", "[]", "7", "null", "{\"lines\":[}", "{\"lines\":[]}x" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        enum error_kind kind = read_as(TRADE_SALE, bad[i]);
        ck_assert_msg(kind == ERROR_MALFORMED || kind == ERROR_INVALID, "%s", bad[i]);
        ck_assert_uint_eq(trade.line_count, 0);
    }
}
END_TEST

/* Two lines of one product, the second written in capitals, with these members. */
static const char *twice(const char *first, const char *second)
{
    snprintf(text, sizeof text,
             "{\"lines\":[{\"productId\":\"" LAMP "\",%s},"
             "{\"productId\":\"7D0F6C1E-3F0B-4A51-9A4E-0A4B6C0D3E11\",%s}]}",
             first, second);
    return text;
}

START_TEST(lines_of_one_product_are_taken_together)
{
    ck_assert_int_eq(read_as(TRADE_SALE, twice("\"quantity\":1", "\"quantity\":2")), ERROR_NONE);
    ck_assert_uint_eq(trade.line_count, 1);
    ck_assert_int_eq(trade.lines[0].quantity, 3);
    ck_assert_uint_eq(trade.lines[0].position, 0);

    /* 4.5 is 4.50. */
    ck_assert_int_eq(read_as(TRADE_SALE, twice("\"quantity\":1,\"unitPrice\":4.5",
                                               "\"quantity\":1,\"unitPrice\":4.50")),
                     ERROR_NONE);
    ck_assert_uint_eq(trade.line_count, 1);
}
END_TEST

START_TEST(lines_of_one_product_at_different_prices_are_refused)
{
    assert_refused(TRADE_SALE,
                   twice("\"quantity\":1,\"unitPrice\":1", "\"quantity\":1,\"unitPrice\":2"),
                   "/lines/1/unitPrice", "differs");
    assert_refused(TRADE_SALE, twice("\"quantity\":1", "\"quantity\":1,\"unitPrice\":2"),
                   "/lines/1/unitPrice", "differs");
    assert_refused(TRADE_PURCHASE,
                   twice("\"quantity\":1,\"unitCost\":1", "\"quantity\":1,\"unitCost\":1.0001"),
                   "/lines/1/unitCost", "differs");
}
END_TEST

START_TEST(together_they_stay_within_what_a_quantity_may_be)
{
    ck_assert_int_eq(read_as(TRADE_SALE, twice("\"quantity\":2147483646", "\"quantity\":1")),
                     ERROR_NONE);
    ck_assert_int_eq(trade.lines[0].quantity, PRODUCT_MAX_QUANTITY);
    assert_refused(TRADE_SALE, twice("\"quantity\":2147483647", "\"quantity\":1"),
                   "/lines/1/quantity", "out_of_range");
}
END_TEST

/* A document of so many products, each with the quantity; `again` more lines of the first one. */
static const char *many(size_t products, int quantity, size_t again)
{
    size_t length = (size_t)snprintf(text, sizeof text, "{\"lines\":[");
    for (size_t i = 0; i < products + again; i++) {
        length +=
            (size_t)snprintf(text + length, sizeof text - length,
                             "%s{\"productId\":\"00000000-0000-4000-8000-%012zx\",\"quantity\":%d}",
                             i > 0 ? "," : "", i < products ? i : 0, quantity);
    }
    snprintf(text + length, sizeof text - length, "]}");
    return text;
}

START_TEST(there_are_at_most_200_products)
{
    ck_assert_int_eq(read_as(TRADE_SALE, many(200, 1, 100)), ERROR_NONE);
    ck_assert_uint_eq(trade.line_count, TRADE_MAX_LINES);
    ck_assert_int_eq(trade.lines[0].quantity, 101);
    assert_refused(TRADE_SALE, many(201, 1, 0), "/lines/200", "too_many");
    ck_assert_uint_eq(trade.line_count, TRADE_MAX_LINES);
}
END_TEST

START_TEST(more_faults_than_are_told_keep_every_line_out)
{
    ck_assert_int_eq(read_as(TRADE_SALE, many(200, 0, 0)), ERROR_INVALID);
    ck_assert_uint_eq(trade.line_count, 0);
    ck_assert_uint_eq(error.field_count, ERROR_MAX_FIELDS);
    ck_assert_uint_eq(error.field_count + error.fields_dropped, 200);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trade");
    TCase *all = tcase_create("trade");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, a_sale_is_read_exactly);
    tcase_add_test(all, a_purchase_has_a_supplier_and_costs_of_four_decimals);
    tcase_add_loop_test(all, each_fault_is_named_where_it_is, 0, COUNT(refused));
    tcase_add_test(all, faults_of_the_document_stand_beside_those_of_its_lines);
    tcase_add_test(all, what_is_no_object_of_json_is_malformed);
    tcase_add_test(all, lines_of_one_product_are_taken_together);
    tcase_add_test(all, lines_of_one_product_at_different_prices_are_refused);
    tcase_add_test(all, together_they_stay_within_what_a_quantity_may_be);
    tcase_add_test(all, there_are_at_most_200_products);
    tcase_add_test(all, more_faults_than_are_told_keep_every_line_out);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
