/* The catalogue on a real PostgreSQL: versions, the ledger behind a stock, literal search, pages.
 */
#include <stdio.h>
#include <string.h>

#include "../unit/run_suite.h"
#include "stockpilot/store/products_store.h"
#include "store_fixture.h"

static struct store_fixture fixture;

static void setup(void)
{
    store_fixture_open(&fixture);
}

static void teardown(void)
{
    store_fixture_close(&fixture);
}

static struct product_change named(const char *name)
{
    struct product_change change = { .given = PRODUCT_NAME | PRODUCT_PRICE, .name = name };
    snprintf(change.price.text, sizeof change.price.text, "19.99");
    return change;
}

static struct product create(struct product_change change)
{
    struct product product;
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_msg(products_store_create(&request, &change, &product) == ERROR_NONE, "%s",
                  fixture.error.cause);
    return product;
}

START_TEST(a_new_product_has_its_stock_from_the_ledger)
{
    struct product_change change = named("Opening lamp");
    change.given |= PRODUCT_STOCK;
    change.stock_quantity = 12;
    struct product product = create(change);
    ck_assert_str_eq(product.stock_quantity, "12");
    ck_assert_str_eq(product.price, "19.99");
    ck_assert_str_eq(product.version, "1");
    ck_assert_str_eq(product.minimum_stock, "10");
    ck_assert_str_eq(store_fixture_sql(&fixture,
                                       "SELECT type || quantity || request_id FROM stock_movements"
                                       " JOIN products USING (product_id)"
                                       " WHERE name = 'Opening lamp'"),
                     "opening12test-request");
}
END_TEST

START_TEST(a_taken_sku_is_a_conflict_whatever_its_case)
{
    struct product_change change = named("First");
    change.sku = "Case-1";
    create(change);
    change.name = "Second";
    change.sku = "CASE-1";
    struct product product;
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(products_store_create(&request, &change, &product), ERROR_CONFLICT);
    ck_assert_str_eq(fixture.error.fields[0].pointer, "/sku");
    ck_assert_str_eq(
        store_fixture_sql(&fixture, "SELECT count(*) FROM products WHERE name = 'Second'"), "0");
}
END_TEST

START_TEST(only_given_fields_change)
{
    struct product_change change = named("Partial");
    change.description = "kept";
    change.given |= PRODUCT_DESCRIPTION;
    struct product before = create(change);
    struct product_change edit = { .given = PRODUCT_PRICE };
    snprintf(edit.price.text, sizeof edit.price.text, "5.00");
    struct product after;
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(products_store_update(&request, before.product_id, &edit, 1, &after),
                     ERROR_NONE);
    ck_assert_str_eq(after.name, "Partial");
    ck_assert_str_eq(after.description, "kept");
    ck_assert_str_eq(after.price, "5.00");
    ck_assert_str_eq(after.version, "2");
}
END_TEST

START_TEST(a_stale_edit_changes_nothing_not_even_the_stock) /* AC-86 */
{
    struct product before = create(named("Stale"));
    struct product_change edit = { .given = PRODUCT_STOCK | PRODUCT_NAME,
                                   .name = "Renamed",
                                   .stock_quantity = 50 };
    struct product after;
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(products_store_update(&request, before.product_id, &edit, 7, &after),
                     ERROR_STALE);
    ck_assert_str_eq(store_fixture_sql(&fixture,
                                       "SELECT name || stock_quantity || version"
                                       " FROM products WHERE name IN ('Stale', 'Renamed')"),
                     "Stale01");
}
END_TEST

/* Two people type a figure: the second, who has not seen the first, is told so. */
START_TEST(a_typed_stock_is_an_edit)
{
    struct product before = create(named("Counted"));
    struct product_change edit = { .given = PRODUCT_STOCK, .stock_quantity = 9 };
    struct product after;
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(
        products_store_update(&request, before.product_id, &edit, PRODUCT_ANY_VERSION, &after),
        ERROR_NONE);
    ck_assert_str_eq(after.stock_quantity, "9");
    ck_assert_str_eq(after.version, "2");
    edit.stock_quantity = 7;
    const struct store_request second = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(products_store_update(&second, before.product_id, &edit, 1, &after),
                     ERROR_STALE);
}
END_TEST

START_TEST(an_image_takes_the_place_of_another)
{
    struct product before = create(named("Pictured"));
    const char *id = before.product_id;
    struct product_change edit = { .given = PRODUCT_IMAGE_KEY,
                                   .image_key =
                                       "products/7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11.png" };
    struct product after;
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(products_store_update(&request, id, &edit, 1, &after), ERROR_NONE);
    edit =
        (struct product_change){ .given = PRODUCT_IMAGE_URL, .image_url = "https://x.test/a.png" };
    ck_assert_int_eq(products_store_update(&request, id, &edit, 2, &after), ERROR_NONE);
    ck_assert_str_eq(store_fixture_sql(&fixture, "SELECT payload ->> 'key' FROM outbox"
                                                 " WHERE topic = 'image-deletions'"),
                     "products/7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11.png");
    ck_assert_ptr_null(after.image_key);
    ck_assert_str_eq(after.image_url, "https://x.test/a.png");
}
END_TEST

START_TEST(history_decides_between_archive_and_delete)
{
    struct product_change stocked = named("Archived");
    stocked.stock_quantity = 1;
    struct product with_history = create(stocked);
    struct product without = create(named("Deleted"));
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(products_store_remove(&request, with_history.product_id, 1), ERROR_NONE);
    ck_assert_int_eq(products_store_remove(&request, without.product_id, 1), ERROR_NONE);
    ck_assert_int_eq(products_store_remove(&request, without.product_id, PRODUCT_ANY_VERSION),
                     ERROR_NOT_FOUND);
    ck_assert_str_eq(store_fixture_sql(&fixture, "SELECT string_agg(name, ',') FROM products"
                                                 " WHERE name IN ('Archived', 'Deleted')"),
                     "Archived");
    struct product product;
    ck_assert_int_eq(products_store_get(&request, with_history.product_id, &product, NULL),
                     ERROR_NOT_FOUND);
}
END_TEST

static size_t found_by(const char *search)
{
    struct product_page page;
    const struct product_list_query query = { .search = search, .limit = 100 };
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(products_store_list(&request, &query, &page), ERROR_NONE);
    return page.count;
}

START_TEST(search_takes_every_character_literally)
{
    create(named("Half 50% off"));
    create(named("Snake_case"));
    create(named("Back\\slash"));
    create(named("Stra\xc3\x9f"
                 "e"));
    ck_assert_uint_eq(found_by("0%"), 1);
    ck_assert_uint_eq(found_by("%"), 1);
    ck_assert_uint_eq(found_by("_"), 1);
    ck_assert_uint_eq(found_by("k\\s"), 1);
    ck_assert_uint_eq(found_by("SNAKE"), 1);
    ck_assert_uint_eq(found_by("\xc3\x9f"), 1);
    ck_assert_uint_eq(found_by("zzz"), 0);
}
END_TEST

START_TEST(search_takes_no_notice_of_case)
{
    create(named("\xc3\x89tag\xc3\xa8re")); /* Étagère */
    create(named("Gro\xc3\x9f LEUCHTE"));   /* Groß */
    ck_assert_uint_eq(found_by("\xc3\xa9TAG\xc3\x88"), 1);
    ck_assert_uint_eq(found_by("\xc3\x89tag\xc3\xa8re"), 1);
    ck_assert_uint_eq(found_by("etag"), 0);
    ck_assert_uint_eq(found_by("gRO\xc3\x9f leuchte"), 1);
    ck_assert_uint_eq(found_by("gross"), 0);
}
END_TEST

START_TEST(search_follows_the_name)
{
    struct product product = create(named("Old Mirror"));
    struct product_change edit = { .given = PRODUCT_NAME, .name = "New Frame" };
    struct product after;
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(products_store_update(&request, product.product_id, &edit, 1, &after),
                     ERROR_NONE);
    ck_assert_uint_eq(found_by("old mirror"), 0);
    ck_assert_uint_eq(found_by("new frame"), 1);
}
END_TEST

START_TEST(what_changes_nothing_is_no_edit)
{
    struct product before = create(named("Same Name"));
    struct product_change edit = named("Same Name");
    struct product after;
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(products_store_update(&request, before.product_id, &edit, 1, &after),
                     ERROR_NONE);
    ck_assert_str_eq(after.version, "1");
    ck_assert_str_eq(after.updated_at, before.updated_at);
}
END_TEST

START_TEST(what_is_archived_is_not_found)
{
    struct product_change stocked = named("Seasonal wreath");
    stocked.stock_quantity = 1;
    struct product product = create(stocked);
    ck_assert_uint_eq(found_by("wreath"), 1);
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(products_store_remove(&request, product.product_id, 1), ERROR_NONE);
    ck_assert_uint_eq(found_by("wreath"), 0);
}
END_TEST

/* Page by page, the products that ILIKE finds in all names, in their order. */
static void assert_found_as_by_ilike(const char *search)
{
    PGresult *expected = PQexecParams(fixture.admin,
                                      "SELECT product_id FROM products WHERE archived_at IS NULL"
                                      " AND name ILIKE '%' || $1 || '%' ORDER BY name, product_id",
                                      1, NULL, &search, NULL, NULL, 0);
    ck_assert_int_gt(PQntuples(expected), 0);
    struct product_list_query query = { .search = search, .limit = 30 };
    struct product_page page;
    const struct store_request request = store_fixture_request(&fixture, 5000);
    int found = 0;
    do {
        ck_assert_int_eq(products_store_list(&request, &query, &page), ERROR_NONE);
        ck_assert_int_le(found + (int)page.count, PQntuples(expected));
        for (size_t i = 0; i < page.count; i++) {
            query.after_key = page.items[i].name;
            query.after_id = page.items[i].product_id;
            ck_assert_str_eq(query.after_id, PQgetvalue(expected, found++, 0));
        }
    } while (page.more);
    ck_assert_int_eq(found, PQntuples(expected));
    PQclear(expected);
}

/* Whatever the plan: matches stand scattered, together at the end, are rare or are all there is,
 * first in a table that the planner knows nothing of. */
START_TEST(search_finds_in_a_larger_shop_what_is_there)
{
    /* With three letters in a row and without: the statements differ. */
    static const char *const terms[] = { "WARE", "zebra", "ware 12", "Ware 299",   "\xc3\xa9",
                                         "e",    "e 1",   "re 1",    "f\xc3\xa9 4" };
    store_fixture_sql(
        &fixture, "INSERT INTO products (name, price, archived_at)"
                  " SELECT (CASE WHEN n % 40 = 0 THEN 'Caf\xc3\x89 ' WHEN n > 1050 THEN 'Zebra '"
                  " ELSE 'Ware ' END) || n, 1, CASE WHEN n % 7 = 0 THEN now() END"
                  " FROM generate_series(1, 1200) AS n");
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        assert_found_as_by_ilike(terms[i]);
    }
    store_fixture_sql(&fixture, "VACUUM ANALYZE products");
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        assert_found_as_by_ilike(terms[i]);
    }
}
END_TEST

START_TEST(pages_hold_every_product_once)
{
    /* Equal names: only the id tells them apart. */
    for (int i = 0; i < 7; i++) {
        create(named("Twin"));
    }
    size_t total = 0;
    struct product_list_query query = { .search = "Twin", .limit = 3 };
    struct product_page page = { 0 };
    const struct store_request request = store_fixture_request(&fixture, 5000);
    const char *last_id = "";
    do {
        ck_assert_int_eq(products_store_list(&request, &query, &page), ERROR_NONE);
        for (size_t i = 0; i < page.count; i++) {
            ck_assert_int_lt(strcmp(last_id, page.items[i].product_id), 0);
            last_id = page.items[i].product_id;
        }
        total += page.count;
        query.after_key = page.items[page.count - 1].name;
        query.after_id = last_id;
    } while (page.more);
    ck_assert_uint_eq(total, 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("products_store");
    TCase *cases = tcase_create("products");
    tcase_set_timeout(cases, 30);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_new_product_has_its_stock_from_the_ledger);
    tcase_add_test(cases, a_taken_sku_is_a_conflict_whatever_its_case);
    tcase_add_test(cases, only_given_fields_change);
    tcase_add_test(cases, a_stale_edit_changes_nothing_not_even_the_stock);
    tcase_add_test(cases, a_typed_stock_is_an_edit);
    tcase_add_test(cases, an_image_takes_the_place_of_another);
    tcase_add_test(cases, history_decides_between_archive_and_delete);
    tcase_add_test(cases, search_takes_every_character_literally);
    tcase_add_test(cases, search_takes_no_notice_of_case);
    tcase_add_test(cases, search_follows_the_name);
    tcase_add_test(cases, what_changes_nothing_is_no_edit);
    tcase_add_test(cases, what_is_archived_is_not_found);
    tcase_add_test(cases, pages_hold_every_product_once);
    tcase_add_test(cases, search_finds_in_a_larger_shop_what_is_there);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
