/* The strict reader: what is refused, that the text of numbers is kept, and that memory may run
 * out. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "run_suite.h"
#include "stockpilot/json/json_read.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct arena *arena;
static struct error error;
static const struct json_value *value;

static void begin(void)
{
    arena = arena_new(8 * 1024 * 1024);
    ck_assert_ptr_nonnull(arena);
    error_reset(&error);
    value = NULL;
}

static void end(void)
{
    arena_free(arena);
}

static enum error_kind parse_bytes(const char *text, size_t length)
{
    /* A copy without a NUL behind it: the sanitizer sees a read past the end. */
    char *exact = malloc(length == 0 ? 1 : length);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, text, length);
    error_reset(&error);
    enum error_kind kind = json_parse(arena, exact, length, 0, &value, &error);
    free(exact);
    return kind;
}

static void assert_parsed(const char *text)
{
    ck_assert_msg(parse_bytes(text, strlen(text)) == ERROR_NONE, "%s: %s", text, error.detail);
}

static void assert_refused(const char *text, size_t length)
{
    ck_assert_msg(parse_bytes(text, length) == ERROR_MALFORMED, "%s was taken", text);
    ck_assert_int_eq(error.kind, ERROR_MALFORMED);
    ck_assert_str_ne(error.detail, "");
    ck_assert_ptr_null(value);
}

static void assert_all_refused(const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_refused(texts[i], strlen(texts[i]));
    }
}

/* AC-48 */
START_TEST(more_than_one_document_is_refused)
{
    static const char *const bad[] = { "{} x",      "{}{}",       "{},",  "[1]]",           "1 2",
                                       "null null", "\"a\"\"b\"", "{}\v", "\xef\xbb\xbf{}", "",
                                       " ",         "\n" };
    assert_all_refused(bad, COUNT(bad));
    assert_refused("{}\0", 3);
    assert_refused("1\0", 2);
    assert_parsed(" \t\r\n{} \t\r\n");
}
END_TEST

/* AC-49 */
START_TEST(numbers_keep_to_the_grammar)
{
    static const char *const bad[] = { "01",    "-01",    "00",      "1.",  ".5",       "1.e3",
                                       "1e",    "1e+",    "+1",      "-",   "--1",      "0x10",
                                       "1e999", "-1e999", "[1e400]", "NaN", "Infinity", "1_000",
                                       "1,5",   "0.",     "1e1.5",   "-a",  "1 .5",     "1e308e1" };
    assert_all_refused(bad, COUNT(bad));
    assert_parsed("[0,-0,1,-1,0.5,1e3,1E+3,1e-3,-1.25e10,1e308,1e-999,10]");
}
END_TEST

START_TEST(a_number_longer_than_cjson_reads_is_refused)
{
    char digits[65];
    memset(digits, '1', sizeof digits);
    digits[63] = '\0';
    assert_parsed(digits);
    ck_assert_str_eq(json_number_text(value), digits);
    value = NULL;
    digits[63] = '1';
    assert_refused(digits, 64);
}
END_TEST

/* AC-50: names are compared decoded, and letter case matters. */
START_TEST(a_name_occurs_once)
{
    static const char *const bad[] = { "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}",
                                       "{\"x\":{\"\":1,\"b\":2,\"\":3}}",
                                       "[{\"\\u00e9\":1,\"\xc3\xa9\":1}]" };
    assert_all_refused(bad, COUNT(bad));
    assert_parsed("{\"a\":{\"a\":1},\"A\":{\"a\":2},\"b\":[{\"a\":1},{\"a\":2}]}");
    ck_assert_ptr_ne(json_member(value, "a"), json_member(value, "A"));
    ck_assert_ptr_null(json_member(value, "B"));
}
END_TEST

START_TEST(a_repeated_name_is_found_among_many)
{
    char text[2000] = "{";
    size_t used = 1;
    for (int i = 0; i < 100; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "\"k%d\":0,", i);
    }
    snprintf(text + used, sizeof text - used, "\"last\":0}");
    assert_parsed(text);
    value = NULL;
    snprintf(text + used, sizeof text - used, "\"k%d\":0}", _i * 33);
    assert_refused(text, strlen(text));
}
END_TEST

/* AC-52 */
START_TEST(strings_are_clean_text)
{
    static const char *const bad[] = { "\"\\u0000\"",
                                       "{\"a\\u0000b\":1}",
                                       "\"a\nb\"",
                                       "\"a\tb\"",
                                       "\"\x01\"",
                                       "\"\x1f\"",
                                       "\"\x80\"",
                                       "\"\xc0\x80\"",
                                       "\"\xc3\"",
                                       "\"\xed\xa0\x80\"",
                                       "\"\xf4\x90\x80\x80\"",
                                       "\"\xe0\x80\x80\"",
                                       "\"\\ud800\"",
                                       "\"\\udc00\"",
                                       "\"\\ud800\\ud800\"",
                                       "\"\\ud800x\"",
                                       "\"\\ud800\\u0041\"",
                                       "\"\\x41\"",
                                       "\"\\u12\"",
                                       "\"\\u12g4\"",
                                       "\"\\u+123\"",
                                       "\"\\\"",
                                       "\"abc",
                                       "'a'",
                                       "\"\\",
                                       "\"\\u",
                                       "\"\\U0041\"",
                                       "\"\\ud83d\\u" };
    assert_all_refused(bad, COUNT(bad));
    assert_refused("\"a\0b\"", 5);
    assert_parsed("\"\\u0041\\ud83d\\udce6\\n\\/\\u00E9\x7f\"");
    ck_assert_str_eq(json_string(value), "A\xf0\x9f\x93\xa6\n/\xc3\xa9\x7f");
}
END_TEST

START_TEST(structure_is_strict)
{
    static const char *const bad[] = { "{",         "[",        "}",         "]",
                                       "{]",        "[}",       "[1,]",      "{\"a\":1,}",
                                       "[,1]",      "{,}",      "{a:1}",     "{\"a\"}",
                                       "{\"a\" 1}", "{\"a\":}", "[1 2]",     "{\"a\":1 \"b\":2}",
                                       "{1:2}",     "[1}",      "{\"a\":1]", "tru",
                                       "True",      "nul",      "nulll",     "//\n1",
                                       "[1]/*x*/",  "{null:1}", "[\"a\":1]", ":",
                                       "," };
    assert_all_refused(bad, COUNT(bad));
    assert_parsed("[true,false,null,{},[],{\"a\":[]}]");
}
END_TEST

static size_t nested(char *text, unsigned depth)
{
    for (unsigned i = 0; i < depth; i++) {
        text[i] = '[';
        text[depth + i] = ']';
    }
    return 2 * (size_t)depth;
}

/* AC-55 */
START_TEST(nesting_is_bounded)
{
    char text[8000];
    ck_assert_int_eq(parse_bytes(text, nested(text, 32)), ERROR_NONE);
    value = NULL;
    text[nested(text, 33)] = '\0';
    assert_refused(text, nested(text, 33));
    text[nested(text, 3000)] = '\0';
    assert_refused(text, nested(text, 3000));
    memset(text, '[', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_refused(text, sizeof text - 1);
    const char *deep = "[{\"a\":[1]}]";
    ck_assert_int_eq(json_parse(arena, deep, strlen(deep), 2, &value, &error), ERROR_MALFORMED);
    ck_assert_int_eq(json_parse(arena, deep, strlen(deep), 3, &value, &error), ERROR_NONE);
}
END_TEST

/* "{"k000000":0,…}", 11 bytes a member. The caller frees it. */
static char *many_members(int count, size_t *length)
{
    char *text = malloc((size_t)count * 12 + 3);
    char *at = text;
    ck_assert_ptr_nonnull(text);
    *at++ = '{';
    for (int i = 0; i < count; i++) {
        at +=
            snprintf(at, 16, "%s\"k%06d\":0", i == 0 ? "" : ",", (int)(i * INT64_C(7919) % count));
    }
    *at++ = '}';
    *length = (size_t)(at - text);
    return text;
}

#if defined(__SANITIZE_ADDRESS__)
#define SLOWED_BY_SANITIZER 10
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLOWED_BY_SANITIZER 10
#endif
#endif
#ifndef SLOWED_BY_SANITIZER
#define SLOWED_BY_SANITIZER 1
#endif

/* Processor time, and not the clock's: other processes share the machine. */
static int64_t processor_ms(void)
{
    struct timespec used;
    ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used), 0);
    return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* AC-56. The fastest of three runs counts: caches are cold, and shared too. */
static int64_t fastest_parse_ms(const char *text, size_t length, enum error_kind expected)
{
    int64_t fastest = INT64_MAX;
    for (int run = 0; run < 3; run++) {
        int64_t start = processor_ms();
        error_reset(&error);
        ck_assert_int_eq(json_parse(arena, text, length, 0, &value, &error), expected);
        int64_t took = processor_ms() - start;
        fastest = took < fastest ? took : fastest;
        arena_reset(arena);
    }
    return fastest;
}

START_TEST(two_hundred_thousand_keys_cost_no_time)
{
    size_t length;
    char *text = many_members(200000, &length);
    ck_assert_int_lt(fastest_parse_ms(text, length, ERROR_MALFORMED), 50 * SLOWED_BY_SANITIZER);
    free(text);
    text = many_members(JSON_MAX_VALUES - 1, &length);
    ck_assert_int_lt(fastest_parse_ms(text, length, ERROR_NONE), 50 * SLOWED_BY_SANITIZER);
    free(text);
}
END_TEST

/* AC-53, AC-54: no double stands between the client and its number. */
START_TEST(numbers_keep_their_text)
{
    static const char *const texts[] = {
        "19.99", "1.005", "9007199254740993", "1.5", "-1", "2147483648", "0", "-0", "1e2", "1.50"
    };
    int64_t integer = 99;
    assert_parsed("{\"1\":[19.99,{\"2 3\":1.005,\"-\":9007199254740993},1.5],\"\\\"4\":-1,"
                  "\"n\":[2147483648,\"5\",0,-0,true,1e2,null,1.50]}");
    const struct json_value *list = json_member(value, "1");
    ck_assert_str_eq(json_number_text(json_first(list)), texts[0]);
    const struct json_value *object = json_next(json_first(list));
    ck_assert_str_eq(json_number_text(json_member(object, "2 3")), texts[1]);
    ck_assert_str_eq(json_number_text(json_member(object, "-")), texts[2]);
    ck_assert(json_integer(json_member(object, "-"), &integer));
    ck_assert_int_eq(integer, INT64_C(9007199254740993));
    ck_assert_str_eq(json_number_text(json_next(object)), texts[3]);
    ck_assert_str_eq(json_number_text(json_member(value, "\"4")), texts[4]);
    size_t next = 5;
    for (const struct json_value *item = json_first(json_member(value, "n")); item != NULL;
         item = json_next(item)) {
        if (json_number_text(item) != NULL) {
            ck_assert_str_eq(json_number_text(item), texts[next++]);
        }
    }
    ck_assert_uint_eq(next, COUNT(texts));
}
END_TEST

/* AC-53 */
START_TEST(only_an_integer_literal_is_an_integer)
{
    int64_t integer = 99;
    assert_parsed("[1.5,1e2,1.0,9223372036854775808,\"1\",true,null]");
    for (const struct json_value *item = json_first(value); item != NULL; item = json_next(item)) {
        ck_assert(!json_integer(item, &integer));
    }
    ck_assert_int_eq(integer, 99);
    assert_parsed("-9223372036854775808");
    ck_assert(json_integer(value, &integer));
    ck_assert_int_eq(integer, INT64_MIN);
}
END_TEST

START_TEST(each_type_answers_to_its_reader_only)
{
    bool boolean = true;
    assert_parsed("{\"s\":\"x\",\"n\":1,\"t\":true,\"f\":false,\"z\":null,\"a\":[],\"o\":{}}");
    ck_assert(json_is_object(value) && !json_is_array(value) && !json_is_string(value));
    ck_assert_str_eq(json_string(json_member(value, "s")), "x");
    ck_assert(json_is_string(json_member(value, "s")));
    ck_assert_ptr_null(json_string(json_member(value, "n")));
    ck_assert_ptr_null(json_number_text(json_member(value, "s")));
    ck_assert(json_boolean(json_member(value, "f"), &boolean) && !boolean);
    ck_assert(json_boolean(json_member(value, "t"), &boolean) && boolean);
    ck_assert(!json_boolean(json_member(value, "z"), &boolean));
    ck_assert(json_is_null(json_member(value, "z")) && !json_is_null(json_member(value, "f")));
    ck_assert(json_is_array(json_member(value, "a")));
    ck_assert_ptr_null(json_first(json_member(value, "a")));
    ck_assert_ptr_null(json_member(json_member(value, "a"), "s"));
    ck_assert_str_eq(json_name(json_first(value)), "s");
}
END_TEST

START_TEST(a_string_that_is_a_secret_can_be_overwritten)
{
    assert_parsed("{\"a\":\"secret\",\"b\":1}");
    const char *text = json_string(json_member(value, "a"));
    json_wipe_string(json_member(value, "a"));
    json_wipe_string(json_member(value, "b"));
    json_wipe_string(json_member(value, "c"));
    ck_assert_mem_eq(text, "\0\0\0\0\0\0", 6);
    ck_assert_str_eq(json_number_text(json_member(value, "b")), "1");
}
END_TEST

START_TEST(an_absent_value_is_of_no_type)
{
    int64_t integer;
    bool boolean;
    ck_assert(!json_is_object(NULL) && !json_is_array(NULL));
    ck_assert(!json_is_string(NULL) && !json_is_null(NULL));
    ck_assert_ptr_null(json_member(NULL, "a"));
    ck_assert_ptr_null(json_first(NULL));
    ck_assert_ptr_null(json_next(NULL));
    ck_assert_ptr_null(json_name(NULL));
    ck_assert_ptr_null(json_string(NULL));
    ck_assert_ptr_null(json_number_text(NULL));
    ck_assert(!json_integer(NULL, &integer));
    ck_assert(!json_boolean(NULL, &boolean));
}
END_TEST

START_TEST(a_complaint_says_where)
{
    assert_refused("{\"price\": 01}", 13);
    ck_assert_ptr_nonnull(strstr(error.detail, "byte 11"));
    assert_refused("[\"ab\xff\"]", 7);
    ck_assert_ptr_nonnull(strstr(error.detail, "byte 4"));
}
END_TEST

static int allocations_left;

static void *failing_malloc(size_t size)
{
    return allocations_left-- > 0 ? malloc(size) : NULL;
}

/* AC-93's part of this module: each of cJSON's allocations fails once; never a half document, no
 * leak. */
START_TEST(memory_that_runs_out_in_cjson_is_our_error)
{
    static const char text[] = "{\"a\":[1,\"b\",{\"c\":[true,null,2.5]}],\"d\":{\"e\":\"f\"}}";
    cJSON_Hooks hooks = { .malloc_fn = failing_malloc, .free_fn = free };
    enum error_kind kind = ERROR_INTERNAL;
    cJSON_InitHooks(&hooks);
    int failures = 0;
    for (; kind != ERROR_NONE; failures++) {
        ck_assert_int_lt(failures, 100);
        allocations_left = failures;
        kind = parse_bytes(text, sizeof text - 1);
        ck_assert(kind == ERROR_NONE || kind == ERROR_INTERNAL);
        ck_assert(kind == ERROR_NONE || value == NULL);
        ck_assert_str_eq(error.detail, "");
    }
    cJSON_InitHooks(NULL);
    ck_assert_int_gt(failures, 10);
    ck_assert_ptr_nonnull(json_member(value, "d"));
}
END_TEST

START_TEST(memory_that_runs_out_in_the_arena_is_our_error)
{
    static const char text[] = "[1,2.5,[3,4,5,6,7,8,9,10]]";
    enum error_kind kind = ERROR_INTERNAL;
    int failures = 0;
    for (size_t limit = 0; kind != ERROR_NONE; limit += 16, failures++) {
        struct arena *small = arena_new(limit);
        ck_assert_ptr_nonnull(small);
        error_reset(&error);
        value = NULL;
        kind = json_parse(small, text, sizeof text - 1, 0, &value, &error);
        ck_assert(kind == ERROR_NONE || (kind == ERROR_INTERNAL && value == NULL));
        arena_free(small);
    }
    ck_assert_int_gt(failures, 8);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json_read");
    TCase *strictness = tcase_create("strictness");
    tcase_add_checked_fixture(strictness, begin, end);
    tcase_add_test(strictness, more_than_one_document_is_refused);
    tcase_add_test(strictness, numbers_keep_to_the_grammar);
    tcase_add_test(strictness, a_number_longer_than_cjson_reads_is_refused);
    tcase_add_test(strictness, a_name_occurs_once);
    tcase_add_loop_test(strictness, a_repeated_name_is_found_among_many, 0, 4);
    tcase_add_test(strictness, strings_are_clean_text);
    tcase_add_test(strictness, structure_is_strict);
    tcase_add_test(strictness, nesting_is_bounded);
    tcase_add_test(strictness, two_hundred_thousand_keys_cost_no_time);
    tcase_add_test(strictness, a_complaint_says_where);
    suite_add_tcase(suite, strictness);
    TCase *reading = tcase_create("reading");
    tcase_add_checked_fixture(reading, begin, end);
    tcase_add_test(reading, numbers_keep_their_text);
    tcase_add_test(reading, only_an_integer_literal_is_an_integer);
    tcase_add_test(reading, each_type_answers_to_its_reader_only);
    tcase_add_test(reading, a_string_that_is_a_secret_can_be_overwritten);
    tcase_add_test(reading, an_absent_value_is_of_no_type);
    suite_add_tcase(suite, reading);
    TCase *memory = tcase_create("memory");
    tcase_add_checked_fixture(memory, begin, end);
    tcase_add_test(memory, memory_that_runs_out_in_cjson_is_our_error);
    tcase_add_test(memory, memory_that_runs_out_in_the_arena_is_our_error);
    suite_add_tcase(suite, memory);
    return run_suite(suite);
}
