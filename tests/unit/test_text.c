/* UTF-8, UUIDs, base64url, bounded buffers and the hash behind entity tags. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "run_suite.h"
#include "stockpilot/text/base64url.h"
#include "stockpilot/text/buffer.h"
#include "stockpilot/text/hash64.h"
#include "stockpilot/text/utf8.h"
#include "stockpilot/text/uuid.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct arena *arena;

static void open_arena(void)
{
    arena = arena_new(1024 * 1024);
    ck_assert_ptr_nonnull(arena);
}

static void close_arena(void)
{
    arena_free(arena);
}

/* What iconv-like decoders of the old days took, and RFC 3629 does not (AC-52). */
START_TEST(malformed_utf8_is_refused_where_it_begins)
{
    static const char *const bad[] = {
        "\x80",             /* a continuation alone */
        "\xc0\x80",         /* overlong NUL */
        "\xc1\xbf",         /* overlong DEL */
        "\xe0\x9f\xbf",     /* overlong, three bytes */
        "\xf0\x8f\xbf\xbf", /* overlong, four bytes */
        "\xed\xa0\x80",     /* the first surrogate */
        "\xed\xbf\xbf",     /* the last one */
        "\xf4\x90\x80\x80", /* U+110000 */
        "\xf5\x80\x80\x80",
        "\xfe",
        "\xff",
        "\xc3",             /* cut short */
        "\xe2\x82",         /* cut short */
        "\xf0\x9f\x93",     /* cut short */
        "\xe2\x28\xa1",     /* the second byte is none */
        "\xf0\x9f\x28\xa6", /* the third byte is none */
        "\xf0\x9f\x93\x28", /* the fourth byte is none */
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        char text[32] = "0123456789";
        memcpy(text + 10, bad[i], strlen(bad[i]) + 1);
        ck_assert_msg(!utf8_is_valid(bad[i], strlen(bad[i])), "row %zu", i);
        ck_assert_uint_eq(utf8_valid_length(text, strlen(text)), 10);
    }
}
END_TEST

START_TEST(well_formed_utf8_is_counted)
{
    static const char text[] = "a\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"
                               "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf and enough for the fast way";
    ck_assert(utf8_is_valid(text, sizeof text - 1));
    ck_assert_uint_eq(utf8_count(text, sizeof text - 1), 9 + 28);
    ck_assert(utf8_is_valid("", 0));
    ck_assert(utf8_is_valid("a\0b", 3));
}
END_TEST

START_TEST(a_uuid_has_its_form)
{
    static const char *const bad[] = { "",
                                       "123e4567-e89b-12d3-a456-42661417400",
                                       "123e4567-e89b-12d3-a456-4266141740000",
                                       "123e4567ee89b-12d3-a456-426614174000",
                                       "123e4567-e89b-12d3-a456-42661417400g",
                                       "{23e4567-e89b-12d3-a456-42661417400}",
                                       "123e4567-e89b-12d3-a456_426614174000" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        ck_assert_msg(!uuid_is_valid(bad[i], strlen(bad[i])), "%s", bad[i]);
    }
    ck_assert(uuid_is_valid("123e4567-e89b-12d3-a456-426614174000", 36));
    ck_assert(uuid_is_valid("00000000-0000-0000-0000-ABCDEFabcdef", 36));
}
END_TEST

START_TEST(a_made_uuid_is_random_lower_case_and_version_4)
{
    char first[UUID_TEXT_SIZE];
    char second[UUID_TEXT_SIZE];
    ck_assert_int_eq(uuid_make(first), ERROR_NONE);
    ck_assert_int_eq(uuid_make(second), ERROR_NONE);
    ck_assert_str_ne(first, second);
    ck_assert(uuid_is_valid(first, strlen(first)));
    ck_assert_int_eq(first[14], '4');
    ck_assert_ptr_nonnull(strchr("89ab", first[19]));
    for (size_t i = 0; first[i] != '\0'; i++) {
        ck_assert(!isupper((unsigned char)first[i]));
    }
}
END_TEST

static bool decodes(const char *text)
{
    unsigned char bytes[64];
    size_t length;
    return base64url_decode(text, strlen(text), bytes, sizeof bytes, &length);
}

/* AC-12: '=', '+', '/', junk and white space. AC-13: bits that no byte uses. */
START_TEST(base64url_is_strict)
{
    static const char *const bad[] = { "A",    "AAAAA", "AA==",      "AAA=",  "AA+A",
                                       "AA/A", "AA A",  "AAAA\n",    " AAAA", "AB",
                                       "AAB",  "AA.A",  "AA\xc3\xa9" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        ck_assert_msg(!decodes(bad[i]), "%s", bad[i]);
    }
    ck_assert(decodes(""));
    ck_assert(decodes("AA"));
    ck_assert(decodes("AAA"));
    ck_assert(decodes("_-8"));
}
END_TEST

START_TEST(base64url_round_trips)
{
    for (size_t length = 0; length <= 32; length++) {
        unsigned char bytes[32];
        unsigned char back[32];
        char text[BASE64URL_ENCODED_SIZE(32)];
        size_t decoded;
        for (size_t i = 0; i < length; i++) {
            bytes[i] = (unsigned char)(i * 151 + length * 37);
        }
        size_t written = base64url_encode(bytes, length, text);
        ck_assert_uint_eq(written, strlen(text));
        ck_assert_uint_lt(written, BASE64URL_ENCODED_SIZE(length));
        ck_assert(base64url_decode(text, written, back, BASE64URL_DECODED_SIZE(written), &decoded));
        ck_assert_uint_eq(decoded, length);
        ck_assert_int_eq(memcmp(bytes, back, length), 0);
    }
}
END_TEST

START_TEST(base64url_knows_the_rfcs_vectors)
{
    static const char *const vectors[][2] = { { "f", "Zg" },          { "fo", "Zm8" },
                                              { "foo", "Zm9v" },      { "foob", "Zm9vYg" },
                                              { "fooba", "Zm9vYmE" }, { "foobar", "Zm9vYmFy" } };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        char text[BASE64URL_ENCODED_SIZE(6)];
        base64url_encode((const unsigned char *)vectors[i][0], strlen(vectors[i][0]), text);
        ck_assert_str_eq(text, vectors[i][1]);
    }
}
END_TEST

START_TEST(base64url_respects_the_capacity_and_leaves_outputs_alone)
{
    unsigned char bytes[3] = { 1, 2, 3 };
    size_t length = 99;
    ck_assert(!base64url_decode("AAAA", 4, bytes, 2, &length));
    ck_assert(!base64url_decode("AAA!", 4, bytes, 3, &length));
    ck_assert_uint_eq(length, 99);
    ck_assert_uint_eq(bytes[0], 1);
    ck_assert(base64url_decode("AAAA", 4, bytes, 3, &length));
    ck_assert_uint_eq(length, 3);
}
END_TEST

START_TEST(a_buffer_grows_to_its_maximum_and_no_further)
{
    struct buffer buffer;
    buffer_init(&buffer, arena, 5000);
    for (int i = 0; i < 500; i++) {
        buffer_append_text(&buffer, "0123456789");
    }
    ck_assert(!buffer_failed(&buffer));
    ck_assert_uint_eq(buffer.length, 5000);
    ck_assert_uint_le(buffer.capacity, 5000);
    for (size_t i = 0; i < buffer.length; i++) {
        ck_assert_int_eq(buffer.bytes[i], '0' + (int)(i % 10));
    }
    buffer_append_char(&buffer, 'x');
    ck_assert(buffer_failed(&buffer));
    buffer_append_text(&buffer, "");
    ck_assert_uint_eq(buffer.length, 5000);
}
END_TEST

START_TEST(a_failed_buffer_stays_failed)
{
    struct buffer buffer;
    buffer_init(&buffer, arena, 10);
    buffer_append_text(&buffer, "12345");
    buffer_append_text(&buffer, "1234567890");
    buffer_append_text(&buffer, "1");
    buffer_printf(&buffer, "%d", 1);
    ck_assert(!buffer_reserve(&buffer, 0));
    ck_assert(buffer_failed(&buffer));
    ck_assert_uint_eq(buffer.length, 5);
    buffer_init(&buffer, arena, SIZE_MAX);
    ck_assert(!buffer_reserve(&buffer, SIZE_MAX));
    ck_assert(buffer_failed(&buffer));
}
END_TEST

START_TEST(printing_into_a_buffer_is_exact_at_every_length)
{
    static const size_t lengths[] = { 1, 255, 256, 257, 3000 };
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct buffer buffer;
        buffer_init(&buffer, arena, lengths[i]);
        buffer_printf(&buffer, "%*d", (int)lengths[i], 7);
        ck_assert(!buffer_failed(&buffer));
        ck_assert_uint_eq(buffer.length, lengths[i]);
        ck_assert_int_eq(buffer.bytes[lengths[i] - 1], '7');
        buffer_init(&buffer, arena, lengths[i] - 1);
        buffer_printf(&buffer, "%*d", (int)lengths[i], 7);
        ck_assert(buffer_failed(&buffer));
        ck_assert_uint_eq(buffer.length, 0);
    }
}
END_TEST

/* Not a proof of quality; but a hash that ignores a bit or the length would be caught. */
START_TEST(each_bit_and_the_length_change_the_hash)
{
    unsigned char bytes[67] = { 0 };
    uint64_t seen[sizeof bytes * 8 + sizeof bytes + 1];
    size_t count = 0;
    for (size_t length = 0; length <= sizeof bytes; length++) {
        seen[count++] = hash64(bytes, length);
    }
    for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        seen[count++] = hash64(bytes, sizeof bytes);
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            ck_assert_msg(seen[i] != seen[j], "%zu and %zu", i, j);
        }
    }
    ck_assert_uint_eq(hash64(bytes, sizeof bytes), hash64(bytes, sizeof bytes));
}
END_TEST

START_TEST(exchanged_blocks_change_the_hash)
{
    static const char one[] = "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb";
    static const char other[] = "bbbbbbbbbbbbbbbbaaaaaaaaaaaaaaaa";
    ck_assert(hash64(one, 32) != hash64(other, 32));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *all = tcase_create("text");
    tcase_add_checked_fixture(all, open_arena, close_arena);
    tcase_add_test(all, malformed_utf8_is_refused_where_it_begins);
    tcase_add_test(all, well_formed_utf8_is_counted);
    tcase_add_test(all, a_uuid_has_its_form);
    tcase_add_test(all, a_made_uuid_is_random_lower_case_and_version_4);
    tcase_add_test(all, base64url_is_strict);
    tcase_add_test(all, base64url_round_trips);
    tcase_add_test(all, base64url_knows_the_rfcs_vectors);
    tcase_add_test(all, base64url_respects_the_capacity_and_leaves_outputs_alone);
    tcase_add_test(all, a_buffer_grows_to_its_maximum_and_no_further);
    tcase_add_test(all, a_failed_buffer_stays_failed);
    tcase_add_test(all, printing_into_a_buffer_is_exact_at_every_length);
    tcase_add_test(all, each_bit_and_the_length_change_the_hash);
    tcase_add_test(all, exchanged_blocks_change_the_hash);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
