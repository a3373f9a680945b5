/* AC-41: which bodies are read and which answers are acceptable. */
#include "run_suite.h"
#include "stockpilot/http/media_type.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

START_TEST(a_content_type_is_compared_without_parameters)
{
    static const char *const yes[] = { "application/json",
                                       "Application/JSON",
                                       " application/json ",
                                       "application/json; charset=utf-8",
                                       "application/json;charset=\"UTF-8\"",
                                       "application/json ; a=b; Charset=Utf-8",
                                       "application/json;" };
    static const char *const no[] = { "",
                                      "application",
                                      "application/",
                                      "/json",
                                      "application/json5",
                                      "application/problem+json",
                                      "text/json",
                                      "application/json; charset=iso-8859-1",
                                      "application/json; charset=utf-8; charset=latin1",
                                      "application/json; charset",
                                      "application/json; charset=\"utf-8",
                                      "application/json x",
                                      "application/json, text/plain",
                                      "*/*" };
    for (size_t i = 0; i < COUNT(yes); i++) {
        ck_assert_msg(media_type_is(yes[i], "application/json"), "%s", yes[i]);
    }
    for (size_t i = 0; i < COUNT(no); i++) {
        ck_assert_msg(!media_type_is(no[i], "application/json"), "%s", no[i]);
    }
    ck_assert(!media_type_is(NULL, "application/json"));
    ck_assert(media_type_is("multipart/form-data; boundary=x", "multipart/form-data"));
}
END_TEST

START_TEST(accept_allows_by_type_and_wildcard)
{
    static const char *const yes[] = { "application/json",
                                       "*/*",
                                       "application/*",
                                       "APPLICATION/Json",
                                       "text/html, application/json",
                                       "text/html,application/xhtml+xml,*/*;q=0.8",
                                       "application/json;q=0.001",
                                       "application/json;q=1.000",
                                       "application/json; charset=utf-8",
                                       "text/html;q=\"a,b\", application/json",
                                       "application/*;q=0, application/json",
                                       "*/*;q=0, application/*;q=0.5",
                                       "text/html, image/gif, *; q=.2, */*; q=.2",
                                       ", ,application/json,," };
    for (size_t i = 0; i < COUNT(yes); i++) {
        ck_assert_msg(accept_allows(yes[i], "application/json"), "%s", yes[i]);
    }
    ck_assert(accept_allows(NULL, "application/json"));
    ck_assert(accept_allows("", "application/json"));
    ck_assert(accept_allows("  ", "application/json"));
}
END_TEST

START_TEST(accept_refuses_what_is_not_named_or_has_no_weight)
{
    static const char *const no[] = { "text/html",
                                      "text/*",
                                      "application/json;q=0",
                                      "application/json;q=0.000",
                                      "*/*, application/json;q=0",
                                      "*/*;q=1, application/*;q=0",
                                      "application/json5",
                                      "application/problem+json",
                                      "*/json",
                                      "application",
                                      ",",
                                      "application/json;q",
                                      "\"application/json\"" };
    for (size_t i = 0; i < COUNT(no); i++) {
        ck_assert_msg(!accept_allows(no[i], "application/json"), "%s", no[i]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("media_type");
    TCase *all = tcase_create("media_type");
    tcase_add_test(all, a_content_type_is_compared_without_parameters);
    tcase_add_test(all, accept_allows_by_type_and_wildcard);
    tcase_add_test(all, accept_refuses_what_is_not_named_or_has_no_weight);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
