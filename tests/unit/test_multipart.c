/* multipart/form-data: what browsers send is read, and what two readers could read differently is
 * not. */
#include <stdio.h>
#include <string.h>

#include "run_suite.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/http/multipart.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TYPE "multipart/form-data; boundary=XX"
#define DISPOSITION "Content-Disposition: form-data; name=\"a\"\r\n"
#define PART(headers, content) "--XX\r\n" headers "\r\n" content "\r\n"
#define LAST "--XX--\r\n"
#define SEVENTY "0123456789012345678901234567890123456789012345678901234567890123456789"

static struct arena *arena;
static struct multipart form;
static struct error error;

static void begin(void)
{
    arena = arena_new(256 * 1024);
    ck_assert_ptr_nonnull(arena);
    error_reset(&error);
}

static void end(void)
{
    arena_free(arena);
}

static enum error_kind parse(const char *type, const char *body, size_t length)
{
    error_reset(&error);
    form = (struct multipart){ .count = 99 };
    return multipart_parse(arena, type, body, length, &form, &error);
}

static void assert_refused(const char *body)
{
    ck_assert_msg(parse(TYPE, body, strlen(body)) == ERROR_MALFORMED, "%s", body);
    ck_assert_int_eq(error.kind, ERROR_MALFORMED);
    ck_assert_uint_eq(form.count, 99);
}

static void assert_part(const char *name, const char *content, size_t length)
{
    const struct multipart_part *part = multipart_part_named(&form, name);
    ck_assert_ptr_nonnull(part);
    ck_assert_uint_eq(part->length, length);
    ck_assert_int_eq(memcmp(part->bytes, content, length), 0);
}

START_TEST(a_browsers_form_is_read)
{
    static const char body[] =
        "------WebKitFormBoundaryqU9\r\n"
        "Content-Disposition: form-data; name=\"name\"\r\n\r\n"
        "Caf\xc3\xa9 \"1\"\r\n"
        "------WebKitFormBoundaryqU9\r\n"
        "Content-Disposition: form-data; name=\"price\"\r\n\r\n"
        "19.99\r\n"
        "------WebKitFormBoundaryqU9\r\n"
        "Content-Disposition: form-data; name=\"image\"; filename=\"C:\\a \\\"b\\\".png\"\r\n"
        "Content-Type: image/png\r\n\r\n"
        "\x89PNG\r\n\x1a\n\0\r\n--\r\n------WebKitFormBoundaryqU\r\n"
        "------WebKitFormBoundaryqU9--\r\n";
    ck_assert_int_eq(
        parse("multipart/form-data; boundary=----WebKitFormBoundaryqU9", body, sizeof body - 1),
        ERROR_NONE);
    ck_assert_uint_eq(form.count, 3);
    assert_part("name", "Caf\xc3\xa9 \"1\"", 9);
    assert_part("price", "19.99", 5);
    assert_part("image", "\x89PNG\r\n\x1a\n\0\r\n--\r\n------WebKitFormBoundaryqU", 41);
    ck_assert_ptr_null(form.parts[0].file_name);
    ck_assert_ptr_null(form.parts[0].content_type);
    ck_assert_str_eq(form.parts[2].file_name, "C:\\a \"b\".png");
    ck_assert_str_eq(form.parts[2].content_type, "image/png");
    ck_assert_ptr_null(multipart_part_named(&form, "Name"));
    /* Nothing is copied but names. */
    ck_assert(form.parts[2].bytes > body && form.parts[2].bytes < body + sizeof body);
}
END_TEST

START_TEST(lesser_forms_are_read_too)
{
    static const char *const good[] = {
        "--XX--",
        LAST,
        PART(DISPOSITION, "") LAST,
        PART(DISPOSITION, "\r\n--X\r\n--") "--XX--",
        PART("content-disposition:form-data;name=a\r\n", "1") LAST,
        PART("X-Other: 1\r\n" DISPOSITION "Content-Transfer-Encoding: 8BIT\r\n", "1") LAST,
        PART("Content-Disposition: FORM-DATA ; Name=\"a\" ; x=y ;\r\n", "1") LAST,
        PART("Content-Disposition: form-data; name=\"a\"; filename=\"\"\r\n"
             "Content-Type: application/octet-stream\r\n",
             "") LAST,
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        ck_assert_msg(parse(TYPE, good[i], strlen(good[i])) == ERROR_NONE, "%s: %s", good[i],
                      error.detail);
        ck_assert_uint_eq(form.count, i < 2 ? 0 : 1);
    }
    /* A file input left empty: a file without a name, no absent file. */
    ck_assert_str_eq(form.parts[0].file_name, "");
    ck_assert_uint_eq(form.parts[0].length, 0);
}
END_TEST

START_TEST(framing_is_strict)
{
    static const char *const bad[] = {
        "",
        "--",
        "--X",
        "--XX",
        "--XX\r\n",
        "--XX-",
        "--XX--x",
        "--XX--\r\nepilogue",
        "--XX--\r\n\r\n",
        "--XX \r\n",
        "preamble\r\n" PART(DISPOSITION, "1") LAST,
        "\r\n" PART(DISPOSITION, "1") LAST,
        PART(DISPOSITION, "1"),
        PART(DISPOSITION, "1") "--XX",
        PART(DISPOSITION, "1") "--XXX--\r\n",
        PART(DISPOSITION, "1\r\n--XXY") LAST,
        "--XX\n" DISPOSITION "\r\n1\r\n" LAST,
        "--XX\r\n" DISPOSITION "\n1\r\n" LAST,
        "--XX\r\n" DISPOSITION "\r\n1\n" LAST,
        "--XX\r\n" DISPOSITION "\r\n1" LAST,
        "--XX\r\n" DISPOSITION "\r\n" LAST, /* the delimiter's line break is not the headers' */
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_refused(bad[i]);
    }
}
END_TEST

START_TEST(part_headers_are_strict)
{
    static const char *const bad[] = {
        PART("", "1") LAST,
        PART("X: y\r\n", "1") LAST,
        PART("Content-Disposition: form-data\r\n", "1") LAST,
        PART("Content-Disposition: form-data; name=\"\"\r\n", "1") LAST,
        PART("Content-Disposition: attachment; name=\"a\"\r\n", "1") LAST,
        PART("Content-Disposition: form-data; name=\"a\r\n", "1") LAST,
        PART("Content-Disposition: form-data; name=\"a\\\"\r\n", "1") LAST,
        PART("Content-Disposition: form-data; name=\"a\"; name=\"b\"\r\n", "1") LAST,
        PART("Content-Disposition: form-data; name=\"a\" name=\"b\"\r\n", "1") LAST,
        PART("Content-Disposition: form-data; name=\"a\"; filename=x; filename=y\r\n", "1") LAST,
        PART("Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''x.png\r\n", "1") LAST,
        PART("Content-Disposition: form-data; name=\"a\xff\"\r\n", "1") LAST,
        PART("Content-Disposition: form-data; name=\"a\x01\"\r\n", "1") LAST,
        PART("Content-Disposition: form-data;\r\n name=\"a\"\r\n", "1") LAST,
        PART(DISPOSITION DISPOSITION, "1") LAST,
        PART(DISPOSITION " folded\r\n", "1") LAST,
        PART(DISPOSITION "no colon\r\n", "1") LAST,
        PART(DISPOSITION "X : y\r\n", "1") LAST,
        PART(DISPOSITION "X: a\rb\r\n", "1") LAST,
        PART(DISPOSITION "Content-Type: a/b\r\nContent-Type: a/b\r\n", "1") LAST,
        PART(DISPOSITION "Content-Type: Multipart/mixed; boundary=y\r\n", "1") LAST,
        PART(DISPOSITION "Content-Transfer-Encoding: base64\r\n", "1") LAST,
        PART(DISPOSITION "Content-Transfer-Encoding: quoted-printable\r\n", "1") LAST,
        PART(DISPOSITION "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: 7bit\r\n",
             "1") LAST,
        PART(DISPOSITION, "1") PART(DISPOSITION, "2") LAST,
        PART(DISPOSITION, "\xff") LAST,
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_refused(bad[i]);
    }
}
END_TEST

/* Handlers make strings of fields; a NUL would hide what is behind it. A file may hold anything. */
START_TEST(a_field_holds_no_nul_and_a_file_may)
{
    static const char field[] = PART(DISPOSITION, "a\0b") LAST;
    static const char file[] =
        PART("Content-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n", "a\0b\xff") LAST;
    ck_assert_int_eq(parse(TYPE, field, sizeof field - 1), ERROR_MALFORMED);
    ck_assert_int_eq(parse(TYPE, file, sizeof file - 1), ERROR_NONE);
    assert_part("a", "a\0b\xff", 4);
}
END_TEST

START_TEST(the_boundary_is_checked)
{
    static const char *const good[] = { "multipart/form-data; boundary=XX",
                                        "Multipart/Form-Data;boundary=\"XX\"",
                                        "multipart/form-data ; charset=utf-8; BOUNDARY=XX" };
    static const char *const bad[] = {
        "multipart/form-data",
        "multipart/form-data;",
        "multipart/form-data; boundary",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"XX",
        "multipart/form-data; boundary=\"XX \"",
        "multipart/form-data; boundary=\"X\\\\X\"",
        "multipart/form-data; boundary=XX; boundary=XX",
        "multipart/form-data; boundary=XX; boundary=YY",
        "multipart/form-data boundary=XX",
        "multipart/mixed; boundary=XX",
        "application/json",
        "",
        "multipart/form-data; boundary=" SEVENTY "1",
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        ck_assert_msg(parse(good[i], LAST, strlen(LAST)) == ERROR_NONE, "%s", good[i]);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        ck_assert_msg(parse(bad[i], LAST, strlen(LAST)) == ERROR_MALFORMED, "%s", bad[i]);
    }
}
END_TEST

START_TEST(a_boundary_of_70_characters_fits)
{
    static const char body[] = "--" SEVENTY "--";
    ck_assert_int_eq(parse("multipart/form-data; boundary=" SEVENTY, body, sizeof body - 1),
                     ERROR_NONE);
}
END_TEST

/* A form of `count` parts; returns its length. */
static size_t many_parts(char *body, size_t size, int count)
{
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        used += (size_t)snprintf(body + used, size - used,
                                 "--XX\r\nContent-Disposition: form-data; name=n%d\r\n\r\n%d\r\n",
                                 i, i);
    }
    return used + (size_t)snprintf(body + used, size - used, LAST);
}

START_TEST(there_are_at_most_32_parts)
{
    char body[4096];
    ck_assert_int_eq(parse(TYPE, body, many_parts(body, sizeof body, 32)), ERROR_NONE);
    ck_assert_uint_eq(form.count, 32);
    assert_part("n31", "31", 2);
    ck_assert_int_eq(parse(TYPE, body, many_parts(body, sizeof body, 33)), ERROR_MALFORMED);
}
END_TEST

START_TEST(part_headers_are_bounded)
{
    char body[8192];
    int length = snprintf(body, sizeof body, PART(DISPOSITION "X: %04000d\r\n", "1") LAST, 7);
    ck_assert_int_eq(parse(TYPE, body, (size_t)length), ERROR_NONE);
    length = snprintf(body, sizeof body, PART(DISPOSITION "X: %05000d\r\n", "1") LAST, 7);
    ck_assert_int_eq(parse(TYPE, body, (size_t)length), ERROR_MALFORMED);
}
END_TEST

/* 6 MB of what is nearly the delimiter all the time; a search that starts over would take minutes.
 */
START_TEST(a_body_made_of_near_delimiters_costs_linear_time)
{
    enum { SIZE = 6 * 1024 * 1024, BOUNDARY = 70 };
    static const char head[] = "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    char type[128];
    char *body = malloc(SIZE);
    ck_assert_ptr_nonnull(body);
    snprintf(type, sizeof type, "multipart/form-data; boundary=%0*d", BOUNDARY, 0);
    memset(body, '0', SIZE);
    memcpy(body, "--", 2);
    memcpy(body + 2 + BOUNDARY, head, sizeof head - 1);
    for (size_t at = 2 + BOUNDARY + sizeof head; at + 80 < SIZE; at += 4 + BOUNDARY - 1) {
        memcpy(body + at, "\r\n--", 4);
    }
    int64_t start = clock_monotonic_ms();
    ck_assert_int_eq(parse(type, body, SIZE), ERROR_MALFORMED);
    ck_assert_int_lt(clock_monotonic_ms() - start, 2000);
    free(body);
}
END_TEST

START_TEST(memory_that_runs_out_is_our_error)
{
    static const char body[] =
        PART("Content-Disposition: form-data; name=\"a\"; filename=\"f\"\r\nContent-Type: a/b\r\n",
             "1") LAST;
    enum error_kind kind = ERROR_INTERNAL;
    int failures = 0;
    for (size_t limit = 0; kind != ERROR_NONE; limit += 16, failures++) {
        struct arena *small = arena_new(limit);
        ck_assert_ptr_nonnull(small);
        error_reset(&error);
        kind = multipart_parse(small, TYPE, body, sizeof body - 1, &form, &error);
        ck_assert(kind == ERROR_NONE || kind == ERROR_INTERNAL);
        arena_free(small);
    }
    ck_assert_int_eq(failures, 4);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("multipart");
    TCase *all = tcase_create("multipart");
    tcase_add_checked_fixture(all, begin, end);
    tcase_add_test(all, a_browsers_form_is_read);
    tcase_add_test(all, lesser_forms_are_read_too);
    tcase_add_test(all, framing_is_strict);
    tcase_add_test(all, part_headers_are_strict);
    tcase_add_test(all, a_field_holds_no_nul_and_a_file_may);
    tcase_add_test(all, the_boundary_is_checked);
    tcase_add_test(all, a_boundary_of_70_characters_fits);
    tcase_add_test(all, there_are_at_most_32_parts);
    tcase_add_test(all, part_headers_are_bounded);
    tcase_add_test(all, a_body_made_of_near_delimiters_costs_linear_time);
    tcase_add_test(all, memory_that_runs_out_is_our_error);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
