/* An image is known by its bytes: the signature and the first structure behind it. */
#include <string.h>

#include "run_suite.h"
#include "stockpilot/http/image_type.h"

#define BYTES(literal) (literal), sizeof(literal) - 1

/* The smallest heads that count. */
#define PNG_HEAD(width, depth_and_colour)                                                          \
    "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" width "\0\0\0\x01" depth_and_colour "\0\0\0\x1f\x15\xc4\x89"
#define JPEG_FRAME "\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0"
#define GIF_HEAD "GIF89a\x01\0\x01\0\0\0\0"
#define WEBP_LOSSY "WEBPVP8 \x0a\0\0\0\x30\x01\0\x9d\x01\x2a\x01\0\x01\0"

static const char *type_of(const char *bytes, size_t length)
{
    /* A copy of exact size: the sanitizer sees a read past the end. */
    char *exact = malloc(length == 0 ? 1 : length);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, bytes, length);
    const char *extension = image_type_extension(exact, length);
    free(exact);
    return extension == NULL ? "none" : extension;
}

START_TEST(png)
{
    static const char good[] = PNG_HEAD("\0\0\0\x01", "\x08\x06");
    ck_assert_str_eq(type_of(BYTES(good)), "png");
    ck_assert_str_eq(type_of(BYTES(PNG_HEAD("\x7f\xff\xff\xff", "\x10\x02"))), "png");
    ck_assert_str_eq(type_of(BYTES(PNG_HEAD("\0\0\0\0", "\x08\x06"))), "none");
    ck_assert_str_eq(type_of(BYTES(PNG_HEAD("\x80\0\0\0", "\x08\x06"))), "none");
    ck_assert_str_eq(type_of(BYTES(PNG_HEAD("\0\0\0\x01", "\x03\x06"))), "none");
    ck_assert_str_eq(type_of(BYTES(PNG_HEAD("\0\0\0\x01", "\x10\x03"))), "none");
    ck_assert_str_eq(type_of(BYTES(PNG_HEAD("\0\0\0\x01", "\x08\x01"))), "none");
    for (size_t length = 0; length < sizeof good - 1; length++) {
        ck_assert_str_eq(type_of(good, length), "none");
    }
}
END_TEST

START_TEST(jpeg)
{
    static const char good[] = "\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" JPEG_FRAME;
    ck_assert_str_eq(type_of(BYTES(good)), "jpg");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8" JPEG_FRAME)), "jpg");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xff\xff" JPEG_FRAME)), "jpg");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xe1\xff\xff" JPEG_FRAME)), "none");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xe1\0\x01" JPEG_FRAME)), "none");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xd9")), "none");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xda\0\x02" JPEG_FRAME)), "none");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xe0\0\x02xx" JPEG_FRAME)), "none");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xff\xff\xff")), "none");
    /* Height 0, width 0, no component, a length that is not the components'. */
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xc0\0\x0b\x08\0\0\0\x01\x01\x01\x11\0")), "none");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xc0\0\x0b\x08\0\x01\0\0\x01\x01\x11\0")), "none");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xc0\0\x08\x08\0\x01\0\x01\0")), "none");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff\xc0\0\x0b\x08\0\x01\0\x01\x03\x01\x11\0")),
                     "none");
    for (size_t length = 0; length < sizeof good - 1; length++) {
        ck_assert_str_eq(type_of(good, length), "none");
    }
}
END_TEST

START_TEST(gif)
{
    static const char with_colours[] = "GIF87a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,";
    ck_assert_str_eq(type_of(BYTES(GIF_HEAD ",")), "gif");
    ck_assert_str_eq(type_of(BYTES(with_colours)), "gif");
    ck_assert_str_eq(type_of(BYTES("GIF90a\x01\0\x01\0\0\0\0,")), "none");
    ck_assert_str_eq(type_of(BYTES("GIF89a\0\0\x01\0\0\0\0,")), "none");
    ck_assert_str_eq(type_of(BYTES("GIF89a\x01\0\0\0\0\0\0,")), "none");
    for (size_t length = 0; length < sizeof with_colours - 1; length++) {
        ck_assert_str_eq(type_of(with_colours, length), "none");
    }
}
END_TEST

START_TEST(webp)
{
    static const char good[] = "RIFF\x16\0\0\0" WEBP_LOSSY;
    ck_assert_str_eq(type_of(BYTES(good)), "webp");
    ck_assert_str_eq(type_of(BYTES("RIFF\x16\0\0\0WEBPVP8L\x09\0\0\0\x2f\0\0\0\0\0\0\0\0\0")),
                     "webp");
    ck_assert_str_eq(type_of(BYTES("RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0")),
                     "webp");
    ck_assert_str_eq(type_of(BYTES("RIFF\x17\0\0\0" WEBP_LOSSY)), "none");
    ck_assert_str_eq(type_of(BYTES("RIFF\x14\0\0\0" WEBP_LOSSY)), "none");
    ck_assert_str_eq(type_of(BYTES("RIFF\xff\xff\xff\xff" WEBP_LOSSY)), "none");
    ck_assert_str_eq(type_of(BYTES("RIFF\x16\0\0\0WAVEfmt \x0a\0\0\0\0\0\0\0\0\0\0\0\0\0")),
                     "none");
    ck_assert_str_eq(
        type_of(BYTES("RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0\x30\x01\0\x9d\x01\x2b\0\0\0\0")), "none");
    for (size_t length = 0; length < sizeof good - 1; length++) {
        ck_assert_str_eq(type_of(good, length), "none");
    }
}
END_TEST

START_TEST(what_only_claims_to_be_an_image)
{
    ck_assert_str_eq(type_of(BYTES("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")), "none");
    ck_assert_str_eq(type_of(BYTES("<!doctype html><script>alert(1)</script>......")), "none");
    ck_assert_str_eq(type_of(BYTES("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01")),
                     "none");
    ck_assert_str_eq(type_of(BYTES("\x89PNG\r\n\x1a\n<script>alert(document.cookie)</script>")),
                     "none");
    ck_assert_str_eq(type_of(BYTES("\xff\xd8\xff<?php system($_GET[0]); ?>")), "none");
}
END_TEST

/* What is read of one that is stored elsewhere. */
START_TEST(a_beginning)
{
    static const char a_webp[] = "RIFF\x24\0\0\0" WEBP_LOSSY;
    const size_t length = sizeof a_webp - 1;
    ck_assert_ptr_null(image_type_extension_of_beginning(a_webp, length, length));
    ck_assert_str_eq(image_type_extension_of_beginning(a_webp, length, 0x24 + 8), "webp");
    ck_assert_ptr_null(image_type_extension_of_beginning(a_webp, length, 0x24 + 7));
    static const char a_png[] = PNG_HEAD("\0\0\0\x01", "\x08\x06");
    ck_assert_str_eq(image_type_extension_of_beginning(a_png, sizeof a_png - 1, 5000000), "png");
    static const char a_jpeg[] = "\xff\xd8\xff\xe1\xff\xff more about the camera";
    ck_assert_ptr_null(image_type_extension_of_beginning(a_jpeg, sizeof a_jpeg - 1, 5000000));
    ck_assert_ptr_null(image_type_extension_of_beginning(NULL, 0, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("image_type");
    TCase *all = tcase_create("image_type");
    tcase_add_test(all, png);
    tcase_add_test(all, jpeg);
    tcase_add_test(all, gif);
    tcase_add_test(all, webp);
    tcase_add_test(all, a_beginning);
    tcase_add_test(all, what_only_claims_to_be_an_image);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
