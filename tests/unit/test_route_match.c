/* Finding the row of the route table: AC-38 (other methods), AC-39 (addresses that are not ours).
 */
#include <string.h>

#include "run_suite.h"
#include "stockpilot/routes/route_match.h"

#define ID "7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11"

static struct route_match match;

static void expect_route(const char *method, const char *path, const char *pattern)
{
    ck_assert_int_eq(route_match(method, path, &match), ROUTE_FOUND);
    ck_assert_str_eq(match.route->pattern, pattern);
}

START_TEST(fixed_paths_are_found)
{
    expect_route("GET", "/products", "/products");
    ck_assert_str_eq(match.route->method, "GET");
    expect_route("POST", "/products", "/products");
    ck_assert_str_eq(match.route->method, "POST");
}
END_TEST

START_TEST(parameters_are_taken_out_in_lower_case)
{
    expect_route("PATCH", "/products/7D0F6C1E-3F0B-4A51-9A4E-0A4B6C0D3E11",
                 "/products/{productId}");
    ck_assert_str_eq(match.parameters[0], ID);
    expect_route("POST", "/products/" ID "/image", "/products/{productId}/image");
    ck_assert_str_eq(match.parameters[0], ID);
}
END_TEST

START_TEST(head_uses_the_row_of_get) /* AC-46 */
{
    expect_route("HEAD", "/products/" ID, "/products/{productId}");
    ck_assert_str_eq(match.route->method, "GET");
}
END_TEST

START_TEST(other_methods_are_told_what_is_allowed) /* AC-38 */
{
    ck_assert_int_eq(route_match("BREW", "/dashboard", &match), ROUTE_OTHER_METHOD);
    ck_assert_str_eq(match.allow, "GET, HEAD, OPTIONS");
    ck_assert_int_eq(route_match("OPTIONS", "/products/" ID, &match), ROUTE_OTHER_METHOD);
    ck_assert_str_eq(match.allow, "GET, HEAD, PATCH, PUT, DELETE, OPTIONS");
    ck_assert_int_eq(route_match("HEAD", "/notifications/read", &match), ROUTE_OTHER_METHOD);
    ck_assert_str_eq(match.allow, "DELETE, OPTIONS");
}
END_TEST

static const char *const strangers[] = {
    "",
    "/",
    "products",
    "/products/",
    "//products",
    "/Products",
    "/products/1",
    "/products/" ID "/",
    "/products/" ID "x",
    "/products/" ID "/image/",
    "/products/../users",
    "/products/{productId}",
    "/notifications/" ID "/unread",
    "/products/" ID "\n",
};

START_TEST(other_addresses_are_not_found) /* AC-39 */
{
    ck_assert_int_eq(route_match("GET", strangers[_i], &match), ROUTE_NO_PATH);
}
END_TEST

START_TEST(every_row_is_complete_and_stands_once)
{
    size_t count;
    const struct route *table = route_table(&count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_nonnull(table[i].handle);
        ck_assert_uint_gt(strlen(table[i].summary), 5);
        ck_assert(table[i].body != BODY_JSON || table[i].json_limit > 0);
        ck_assert_uint_le(table[i].json_limit, ROUTE_MAX_BODY);
        for (size_t j = 0; j < i; j++) {
            ck_assert(strcmp(table[i].method, table[j].method) != 0 ||
                      strcmp(table[i].pattern, table[j].pattern) != 0);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("route_match");
    TCase *cases = tcase_create("routes");
    tcase_add_test(cases, fixed_paths_are_found);
    tcase_add_test(cases, parameters_are_taken_out_in_lower_case);
    tcase_add_test(cases, head_uses_the_row_of_get);
    tcase_add_test(cases, other_methods_are_told_what_is_allowed);
    tcase_add_loop_test(cases, other_addresses_are_not_found, 0,
                        (int)(sizeof strangers / sizeof *strangers));
    tcase_add_test(cases, every_row_is_complete_and_stands_once);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
