/* AC-30: which keys of a key set are usable, and that the others do no harm. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer.h"
#include "run_suite.h"
#include "stockpilot/auth/jwks.h"
#include "stockpilot/auth/key_ring.h"
#include "stockpilot/text/base64url.h"

static struct jwk good; /* 2048 bits */
static char *good_json;
static char *n; /* its modulus in base64url */

static char *number_of(size_t bytes, unsigned char first, unsigned char last)
{
    unsigned char *number = calloc(1, bytes);
    char *text = calloc(1, BASE64URL_ENCODED_SIZE(bytes));
    memset(number, 0xa5, bytes);
    number[0] = first;
    number[bytes - 1] = last;
    (void)base64url_encode(number, bytes, text);
    free(number);
    return text;
}

static enum error_kind parse(const char *text, struct jwks *keys, struct error *error)
{
    error_reset(error);
    return jwks_parse(text, strlen(text), keys, error);
}

static void expect_refused(const char *name, const char *text)
{
    static struct jwks keys;
    struct error error;
    keys.count = 77;
    ck_assert_msg(parse(text, &keys, &error) == ERROR_UNAVAILABLE, "%s", name);
    ck_assert_msg(error.cause[0] != '\0' && error.detail[0] == '\0', "%s", name);
    ck_assert_msg(keys.count == 77, "%s", name);
}

/* The member alone is no set; before the good key it changes nothing. */
static void expect_skipped(const char *name, const char *member)
{
    char *alone = NULL;
    char *before = NULL;
    static struct jwks keys;
    struct error error;
    ck_assert_int_gt(asprintf(&alone, "{\"keys\":[%s]}", member), 0);
    ck_assert_int_gt(asprintf(&before, "{\"keys\":[%s,%s]}", member, good_json), 0);
    expect_refused(name, alone);
    ck_assert_msg(parse(before, &keys, &error) == ERROR_NONE, "%s: %s", name, error.cause);
    ck_assert_msg(keys.count == 1 && memcmp(&keys.keys[0], &good, sizeof good) == 0, "%s", name);
    free(alone);
    free(before);
}

static void expect_key_skipped(const char *name, const char *kty, const char *kid,
                               const char *modulus, const char *e, const char *more)
{
    char *member = NULL;
    ck_assert_int_gt(asprintf(&member, "{\"kty\":%s,\"kid\":%s,\"n\":\"%s\",\"e\":%s%s}", kty, kid,
                              modulus, e, more),
                     0);
    expect_skipped(name, member);
    free(member);
}

START_TEST(a_cognito_set_is_read)
{
    static struct jwks keys;
    struct error error;
    char *text = NULL;
    ck_assert_int_gt(
        asprintf(
            &text,
            " {\"keys\": [%s, {\"e\":\"AQAB\",\"kid\":\"second\",\"kty\":\"RSA\",\"n\":\"%s\"},"
            "{\"e\":\"Aw\",\"kid\":\"third\",\"kty\":\"RSA\",\"n\":\"%s\",\"x5t\":\"ignored\","
            "\"key_ops\":[\"verify\"]}], \"more\": 1}\n",
            good_json, n, n),
        0);
    ck_assert_int_eq(parse(text, &keys, &error), ERROR_NONE);
    ck_assert_uint_eq(keys.count, 3);
    ck_assert_int_eq(memcmp(&keys.keys[0], &good, sizeof good), 0);
    ck_assert_uint_eq(keys.keys[1].exponent, 65537);
    ck_assert_uint_eq(keys.keys[2].exponent, 3);
    ck_assert_ptr_eq(jwks_find(&keys, "third"), &keys.keys[2]);
    ck_assert_ptr_null(jwks_find(&keys, "Third"));
    free(text);
}
END_TEST

START_TEST(keys_of_other_kinds_are_skipped)
{
    expect_skipped("AC-30 EC",
                   "{\"kty\":\"EC\",\"kid\":\"k\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}");
    expect_skipped("a number", "7");
    expect_skipped("null", "null");
    expect_skipped("an array", "[]");
    expect_skipped("nothing in it", "{}");
    expect_key_skipped("kty oct", "\"oct\"", "\"k\"", n, "\"AQAB\"", "");
    expect_key_skipped("kty rsa", "\"rsa\"", "\"k\"", n, "\"AQAB\"", "");
    expect_key_skipped("AC-30 use enc", "\"RSA\"", "\"k\"", n, "\"AQAB\"", ",\"use\":\"enc\"");
    expect_key_skipped("use null", "\"RSA\"", "\"k\"", n, "\"AQAB\"", ",\"use\":null");
    expect_key_skipped("alg RS512", "\"RSA\"", "\"k\"", n, "\"AQAB\"", ",\"alg\":\"RS512\"");
    expect_key_skipped("alg PS256", "\"RSA\"", "\"k\"", n, "\"AQAB\"", ",\"alg\":\"PS256\"");
    expect_key_skipped("key_ops encrypt", "\"RSA\"", "\"k\"", n, "\"AQAB\"",
                       ",\"key_ops\":[\"encrypt\"]");
    expect_key_skipped("key_ops text", "\"RSA\"", "\"k\"", n, "\"AQAB\"",
                       ",\"key_ops\":\"verify\"");
    expect_key_skipped("private part", "\"RSA\"", "\"k\"", n, "\"AQAB\"", ",\"d\":\"AQ\"");
}
END_TEST

START_TEST(weak_and_odd_numbers_are_skipped)
{
    char *bits_512 = number_of(64, 0x80, 1);
    char *bits_2047 = number_of(256, 0x7f, 1);
    char *bits_8192_and_8 = number_of(1025, 0x80, 1);
    char *zero_first = number_of(257, 0, 1);
    char *even = number_of(256, 0x80, 2);
    expect_key_skipped("AC-30 512 bits", "\"RSA\"", "\"k\"", bits_512, "\"AQAB\"", "");
    expect_key_skipped("2047 bits", "\"RSA\"", "\"k\"", bits_2047, "\"AQAB\"", "");
    expect_key_skipped("8200 bits", "\"RSA\"", "\"k\"", bits_8192_and_8, "\"AQAB\"", "");
    expect_key_skipped("leading zero", "\"RSA\"", "\"k\"", zero_first, "\"AQAB\"", "");
    expect_key_skipped("even modulus", "\"RSA\"", "\"k\"", even, "\"AQAB\"", "");
    expect_key_skipped("empty modulus", "\"RSA\"", "\"k\"", "", "\"AQAB\"", "");
    expect_key_skipped("modulus with =", "\"RSA\"", "\"k\"", "AQAB=", "\"AQAB\"", "");
    expect_key_skipped("AC-30 e=1", "\"RSA\"", "\"k\"", n, "\"AQ\"", "");
    expect_key_skipped("e=0", "\"RSA\"", "\"k\"", n, "\"AA\"", "");
    expect_key_skipped("e even", "\"RSA\"", "\"k\"", n, "\"AQAA\"", "");
    expect_key_skipped("e with leading zero", "\"RSA\"", "\"k\"", n, "\"AAEAAQ\"", "");
    expect_key_skipped("e of five bytes", "\"RSA\"", "\"k\"", n, "\"AQAAAAE\"", "");
    expect_key_skipped("e a number", "\"RSA\"", "\"k\"", n, "65537", "");
    free(bits_512);
    free(bits_2047);
    free(bits_8192_and_8);
    free(zero_first);
    free(even);
}
END_TEST

START_TEST(key_ids_are_plausible)
{
    char longest[JWKS_KID_MAX_LENGTH + 2];
    memset(longest, 'k', sizeof longest);
    longest[JWKS_KID_MAX_LENGTH + 1] = '\0';
    ck_assert(!jwks_kid_is_plausible(longest));
    longest[JWKS_KID_MAX_LENGTH] = '\0';
    ck_assert(jwks_kid_is_plausible(longest));
    ck_assert(jwks_kid_is_plausible("Zh5gCPvp+lXGq0W2kkDaVhRpGNb/dEA9nnYvEWCmR8U="));
    ck_assert(jwks_kid_is_plausible("urn:ietf:params:oauth:jwk-thumbprint:sha-256:abc_-"));
    static const char *const implausible[] = { "",    "../x", "a..b",     "a b",  "a\nb", "\x7f",
                                               "a\"", "a%2e", "\xc3\xa9", "a\\b", "a;b" };
    for (size_t i = 0; i < sizeof implausible / sizeof *implausible; i++) {
        ck_assert_msg(!jwks_kid_is_plausible(implausible[i]), "%s", implausible[i]);
    }
    expect_key_skipped("kid empty", "\"RSA\"", "\"\"", n, "\"AQAB\"", "");
    expect_key_skipped("kid number", "\"RSA\"", "1", n, "\"AQAB\"", "");
    expect_key_skipped("kid path", "\"RSA\"", "\"../k\"", n, "\"AQAB\"", "");
}
END_TEST

START_TEST(a_repeated_kid_counts_once)
{
    static struct jwks keys;
    struct error error;
    char *text = NULL;
    ck_assert_int_gt(asprintf(&text,
                              "{\"keys\":[%s,{\"kty\":\"RSA\",\"kid\":\"%s\",\"n\":\"%s\","
                              "\"e\":\"Aw\"}]}",
                              good_json, good.kid, n),
                     0);
    ck_assert_int_eq(parse(text, &keys, &error), ERROR_NONE);
    ck_assert_uint_eq(keys.count, 1);
    ck_assert_uint_eq(keys.keys[0].exponent, 65537);
    free(text);
}
END_TEST

START_TEST(at_most_sixteen_keys_are_kept)
{
    static struct jwks keys;
    struct error error;
    char *text = strdup("{\"keys\":[");
    for (int i = 0; i < 20; i++) {
        char *longer = NULL;
        ck_assert_int_gt(
            asprintf(&longer, "%s%s{\"kty\":\"RSA\",\"kid\":\"k%d\",\"n\":\"%s\",\"e\":\"AQAB\"}",
                     text, i > 0 ? "," : "", i, n),
            0);
        free(text);
        text = longer;
    }
    char *whole = NULL;
    ck_assert_int_gt(asprintf(&whole, "%s]}", text), 0);
    ck_assert_int_eq(parse(whole, &keys, &error), ERROR_NONE);
    ck_assert_uint_eq(keys.count, JWKS_MAX_KEYS);
    ck_assert_str_eq(keys.keys[15].kid, "k15");
    free(text);
    free(whole);
}
END_TEST

START_TEST(what_is_no_set_is_refused)
{
    static const char *const texts[] = { "",
                                         " ",
                                         "{}",
                                         "[]",
                                         "null",
                                         "{\"keys\":[]}",
                                         "{\"keys\":{}}",
                                         "{\"keys\":null}",
                                         "{\"keys\":[}",
                                         "{\"Keys\":[]}",
                                         "<!DOCTYPE html><title>Maintenance</title>" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        expect_refused(texts[i], texts[i]);
    }
    char *twice = NULL;
    ck_assert_int_gt(asprintf(&twice, "{\"keys\":[%s],\"keys\":[]}", good_json), 0);
    expect_refused("keys twice", twice);
    free(twice);
    char *large = malloc(JWKS_MAX_BYTES + 2);
    memset(large, ' ', JWKS_MAX_BYTES + 1);
    large[JWKS_MAX_BYTES + 1] = '\0';
    char *set = NULL;
    int length = asprintf(&set, "{\"keys\":[%s]}", good_json);
    memcpy(large, set, (size_t)length);
    expect_refused("a good set that is too long", large);
    free(set);
    free(large);
}
END_TEST

START_TEST(the_ring_keeps_serials_of_same_keys)
{
    struct key_ring *ring = key_ring_new();
    static struct jwks keys;
    struct error error;
    error_reset(&error);
    keys.count = 2;
    keys.keys[0] = good;
    keys.keys[1] = good;
    snprintf(keys.keys[1].kid, sizeof keys.keys[1].kid, "b");
    ck_assert_uint_eq(key_ring_generation(ring), 0);
    ck_assert_int_eq(key_ring_fill(ring, &keys, 5, &error), ERROR_NONE);
    uint64_t first = key_ring_find(ring, good.kid)->serial;
    uint64_t second = key_ring_find(ring, "b")->serial;
    ck_assert_uint_ne(first, second);
    keys.keys[1].exponent = 3;
    ck_assert_int_eq(key_ring_fill(ring, &keys, 6, &error), ERROR_NONE);
    ck_assert_uint_eq(key_ring_find(ring, good.kid)->serial, first);
    ck_assert(key_ring_holds(ring, first) && !key_ring_holds(ring, second));
    ck_assert_uint_eq(key_ring_generation(ring), 6);
    key_ring_free(ring);
}
END_TEST

START_TEST(the_ring_refuses_a_spoilt_set_and_keeps_its_own)
{
    struct key_ring *ring = key_ring_new();
    static struct jwks keys;
    struct error error;
    error_reset(&error);
    keys.count = 1;
    keys.keys[0] = good;
    ck_assert_int_eq(key_ring_fill(ring, &keys, 1, &error), ERROR_NONE);
    keys.count = JWKS_MAX_KEYS + 1;
    ck_assert_int_eq(key_ring_fill(ring, &keys, 2, &error), ERROR_INTERNAL);
    keys.count = 1;
    keys.keys[0].modulus_length = JWKS_MAX_MODULUS_BYTES + 1;
    ck_assert_int_eq(key_ring_fill(ring, &keys, 2, &error), ERROR_INTERNAL);
    keys.keys[0] = good;
    memset(keys.keys[0].kid, 'k', sizeof keys.keys[0].kid);
    ck_assert_int_eq(key_ring_fill(ring, &keys, 2, &error), ERROR_INTERNAL);
    ck_assert_uint_eq(key_ring_generation(ring), 1);
    ck_assert_ptr_nonnull(key_ring_find(ring, good.kid));
    key_ring_free(ring);
}
END_TEST

int main(void)
{
    EVP_PKEY *pair = issuer_make_pair(2048);
    good = issuer_public_key(pair, "the-good-one");
    good_json = issuer_jwk_json(&good);
    n = calloc(1, BASE64URL_ENCODED_SIZE(sizeof good.modulus));
    (void)base64url_encode(good.modulus, good.modulus_length, n);
    TCase *tcase = tcase_create("jwks");
    tcase_add_test(tcase, a_cognito_set_is_read);
    tcase_add_test(tcase, keys_of_other_kinds_are_skipped);
    tcase_add_test(tcase, weak_and_odd_numbers_are_skipped);
    tcase_add_test(tcase, key_ids_are_plausible);
    tcase_add_test(tcase, a_repeated_kid_counts_once);
    tcase_add_test(tcase, at_most_sixteen_keys_are_kept);
    tcase_add_test(tcase, what_is_no_set_is_refused);
    tcase_add_test(tcase, the_ring_keeps_serials_of_same_keys);
    tcase_add_test(tcase, the_ring_refuses_a_spoilt_set_and_keeps_its_own);
    Suite *suite = suite_create("jwks_parse");
    suite_add_tcase(suite, tcase);
    int result = run_suite(suite);
    EVP_PKEY_free(pair);
    free(good_json);
    free(n);
    return result;
}
