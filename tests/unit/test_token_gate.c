/* AC-4 to AC-17: the shape and the signature of a token. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/text/base64url.h"
#include "token_fixture.h"

static const struct {
    const char *name;
    const char *header;
    enum error_kind expected;
} header_cases[] = {
    { "AC-3 typ JWT", "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"typ\":\"JWT\"}", ERROR_NONE },
    { "AC-3 typ jwt", "{\"typ\":\"jwt\",\"kid\":\"" KID "\",\"alg\":\"RS256\"}", ERROR_NONE },
    { "typ at+jwt", "{\"typ\":\"at+jwt\",\"kid\":\"" KID "\",\"alg\":\"RS256\"}",
      ERROR_INVALID_TOKEN },
    { "typ a number", "{\"typ\":1,\"kid\":\"" KID "\",\"alg\":\"RS256\"}", ERROR_INVALID_TOKEN },
    { "AC-4 none", "{\"kid\":\"" KID "\",\"alg\":\"none\"}", ERROR_INVALID_TOKEN },
    { "AC-4 None", "{\"kid\":\"" KID "\",\"alg\":\"None\"}", ERROR_INVALID_TOKEN },
    { "AC-4 NONE", "{\"kid\":\"" KID "\",\"alg\":\"NONE\"}", ERROR_INVALID_TOKEN },
    { "AC-4 nOnE", "{\"kid\":\"" KID "\",\"alg\":\"nOnE\"}", ERROR_INVALID_TOKEN },
    { "AC-6 rs256", "{\"kid\":\"" KID "\",\"alg\":\"rs256\"}", ERROR_INVALID_TOKEN },
    { "AC-6 RS384", "{\"kid\":\"" KID "\",\"alg\":\"RS384\"}", ERROR_INVALID_TOKEN },
    { "AC-6 ES256", "{\"kid\":\"" KID "\",\"alg\":\"ES256\"}", ERROR_INVALID_TOKEN },
    { "AC-6 PS256", "{\"kid\":\"" KID "\",\"alg\":\"PS256\"}", ERROR_INVALID_TOKEN },
    { "AC-6 RS256 and NUL", "{\"kid\":\"" KID "\",\"alg\":\"RS256\\u0000\"}", ERROR_INVALID_TOKEN },
    { "AC-7 alg missing", "{\"kid\":\"" KID "\"}", ERROR_INVALID_TOKEN },
    { "AC-7 alg a number", "{\"kid\":\"" KID "\",\"alg\":256}", ERROR_INVALID_TOKEN },
    { "AC-7 alg an array", "{\"kid\":\"" KID "\",\"alg\":[\"RS256\"]}", ERROR_INVALID_TOKEN },
    { "AC-7 alg twice", "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"alg\":\"RS256\"}",
      ERROR_INVALID_TOKEN },
    { "AC-7 Alg", "{\"kid\":\"" KID "\",\"Alg\":\"RS256\"}", ERROR_INVALID_TOKEN },
    { "AC-8 kid missing", "{\"alg\":\"RS256\"}", ERROR_INVALID_TOKEN },
    { "AC-8 kid a number", "{\"kid\":1,\"alg\":\"RS256\"}", ERROR_INVALID_TOKEN },
    { "AC-8 kid null", "{\"kid\":null,\"alg\":\"RS256\"}", ERROR_INVALID_TOKEN },
    { "AC-8 kid empty", "{\"kid\":\"\",\"alg\":\"RS256\"}", ERROR_INVALID_TOKEN },
    { "AC-8 kid with ../", "{\"kid\":\"../../etc/passwd\",\"alg\":\"RS256\"}",
      ERROR_INVALID_TOKEN },
    { "AC-8 kid with NUL", "{\"kid\":\"" KID "\\u0000x\",\"alg\":\"RS256\"}", ERROR_INVALID_TOKEN },
    { "AC-8 kid with a newline", "{\"kid\":\"a\\nb\",\"alg\":\"RS256\"}", ERROR_INVALID_TOKEN },
    { "AC-8 kid a query", "{\"kid\":\"x' OR '1'='1\",\"alg\":\"RS256\"}", ERROR_INVALID_TOKEN },
    { "AC-9 jku", "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1/\"}",
      ERROR_INVALID_TOKEN },
    { "AC-9 x5u", "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"x5u\":\"http://127.0.0.1/\"}",
      ERROR_INVALID_TOKEN },
    { "AC-9 x5c", "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"x5c\":[\"MII=\"]}",
      ERROR_INVALID_TOKEN },
    { "AC-9 jwk", "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\"}}",
      ERROR_INVALID_TOKEN },
    { "AC-10 crit", "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"crit\":[\"exp\"]}",
      ERROR_INVALID_TOKEN },
    { "AC-10 empty crit", "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"crit\":[]}",
      ERROR_INVALID_TOKEN },
    { "AC-10 b64", "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"b64\":false}", ERROR_INVALID_TOKEN },
    { "AC-10 b64 with crit",
      "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"b64\":false,\"crit\":[\"b64\"]}",
      ERROR_INVALID_TOKEN },
    { "AC-17 header an array", "[{\"kid\":\"" KID "\",\"alg\":\"RS256\"}]", ERROR_INVALID_TOKEN },
    { "AC-17 two headers", HEADER HEADER, ERROR_INVALID_TOKEN },
};

START_TEST(headers_are_read_by_type)
{
    expect(header_cases[_i].name, issuer_token(ours, header_cases[_i].header, good_payload()),
           header_cases[_i].expected);
}
END_TEST

/* The token with `piece` put in at the byte. */
static char *with_piece(const char *token, size_t at, const char *piece)
{
    char *changed = NULL;
    ck_assert_int_gt(asprintf(&changed, "%.*s%s%s", (int)at, token, piece, token + at), 0);
    return changed;
}

START_TEST(segments_are_three)
{
    char *token = good_token();
    size_t second = strcspn(token, ".") + 1;
    size_t third = second + strcspn(token + second, ".") + 1;
    expect("AC-11 two segments", strndup(token, third - 1), ERROR_INVALID_TOKEN);
    expect("AC-4 empty signature", strndup(token, third), ERROR_INVALID_TOKEN);
    expect("AC-11 one segment", strndup(token, second - 1), ERROR_INVALID_TOKEN);
    expect("AC-11 trailing dot", with_piece(token, strlen(token), "."), ERROR_INVALID_TOKEN);
    expect("AC-11 four segments", with_piece(token, strlen(token), ".AAAA"), ERROR_INVALID_TOKEN);
    expect("AC-11 five segments", with_piece(token, strlen(token), ".AAAA.AAAA"),
           ERROR_INVALID_TOKEN);
    expect("AC-11 leading dot", with_piece(token, 0, "."), ERROR_INVALID_TOKEN);
    expect("AC-11 empty payload", with_piece(token, second, "."), ERROR_INVALID_TOKEN);
    expect("AC-11 only dots", strdup(".."), ERROR_INVALID_TOKEN);
    free(token);
}
END_TEST

START_TEST(segments_are_strict_base64url)
{
    static const char *const pieces[] = { "=", "==", "+",  "/",   "+/+/",     "!",
                                          " ", "\t", "\n", "%3D", "\xc3\xa9", "A" };
    char *token = good_token();
    size_t second = strcspn(token, ".") + 1;
    size_t third = second + strcspn(token + second, ".") + 1;
    const size_t ends[] = { second - 1, third - 1, strlen(token) };
    const size_t starts[] = { 0, second, third };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        for (size_t j = 0; j < 3; j++) {
            expect("AC-12 at the end", with_piece(token, ends[j], pieces[i]), ERROR_INVALID_TOKEN);
            expect("AC-12 inside", with_piece(token, starts[j] + 4, pieces[i]),
                   ERROR_INVALID_TOKEN);
        }
    }
    free(token);
}
END_TEST

/* 256 bytes are 341 characters and two bits: four of the last character's six say nothing. */
START_TEST(unused_bits_are_zero)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *token = good_token();
    char *last = token + strlen(token) - 1;
    size_t value = (size_t)(strchr(alphabet, *last) - alphabet);
    ck_assert_uint_eq(value % 16, 0);
    for (size_t bits = 1; bits < 16; bits++) {
        *last = alphabet[value + bits];
        expect("AC-13", strdup(token), ERROR_INVALID_TOKEN);
    }
    *last = alphabet[value];
    expect("AC-13 zero bits", token, ERROR_NONE);
}
END_TEST

/* OpenSSL would refuse it too; this says that it was not even asked. */
static void expect_length_refused(char *token)
{
    struct principal *principal;
    struct error error;
    ck_assert_int_eq(check_at(token, NOW, &principal, &error), ERROR_INVALID_TOKEN);
    ck_assert_msg(strstr(error.cause, "modulus") != NULL, "AC-14 %s", error.cause);
    free(token);
}

/* The signing input with a signature of that one byte, over and over. */
static char *with_filled_signature(const char *input, unsigned char byte)
{
    unsigned char signature[256];
    char text[BASE64URL_ENCODED_SIZE(sizeof signature)];
    char *token = NULL;
    memset(signature, byte, sizeof signature);
    (void)base64url_encode(signature, sizeof signature, text);
    ck_assert_int_gt(asprintf(&token, "%s.%s", input, text), 0);
    return token;
}

START_TEST(signatures_are_ours_and_whole)
{
    char *input = issuer_signing_input(HEADER, good_payload());
    char *token = issuer_sign(ours, input, "SHA256");
    char *pem = issuer_pem(ours);
    char *jwk = NULL;
    struct jwk key = issuer_public_key(theirs, KID);
    char *jwk_json = issuer_jwk_json(&key);
    ck_assert_int_gt(asprintf(&jwk, "{\"kid\":\"" KID "\",\"alg\":\"RS256\",\"jwk\":%s}", jwk_json),
                     0);
    char *hs256 = issuer_signing_input("{\"kid\":\"" KID "\",\"alg\":\"HS256\"}", good_payload());
    expect("AC-5 HS256 keyed with our PEM", issuer_sign_hmac(pem, hs256), ERROR_INVALID_TOKEN);
    expect("AC-5 the same called RS256", issuer_sign_hmac(pem, input), ERROR_INVALID_TOKEN);
    expect("AC-6 RS384 signature", issuer_sign(ours, input, "SHA384"), ERROR_INVALID_TOKEN);
    expect("AC-6 PS256 signature", issuer_sign_pss(ours, input), ERROR_INVALID_TOKEN);
    expect("AC-9 signed by the key it brings", issuer_token(theirs, jwk, good_payload()),
           ERROR_INVALID_TOKEN);
    expect("AC-14 four bytes less", strndup(token, strlen(token) - 6), ERROR_INVALID_TOKEN);
    expect("AC-14 of a longer key of ours", issuer_sign(longer, input, "SHA256"),
           ERROR_INVALID_TOKEN);
    expect("another's key under our kid", issuer_sign(theirs, input, "SHA256"),
           ERROR_INVALID_TOKEN);
    expect("AC-3 the longer key under its own kid",
           issuer_token(longer, "{\"alg\":\"RS256\",\"kid\":\"longer\"}", good_payload()),
           ERROR_NONE);
    expect("a signature above the modulus", with_filled_signature(input, 0xff),
           ERROR_INVALID_TOKEN);
    expect("a signature of zeros", with_filled_signature(input, 0), ERROR_INVALID_TOKEN);
    expect_length_refused(strndup(token, strlen(token) - 6));
    expect_length_refused(issuer_sign(longer, input, "SHA256"));
    token[strlen(token) - 20] ^= 1;
    expect("one bit in the signature", token, ERROR_INVALID_TOKEN);
    free(hs256);
    free(jwk);
    free(jwk_json);
    free(pem);
    free(input);
}
END_TEST

START_TEST(sizes_are_bounded)
{
    char *header = NULL;
    char *kid = calloc(1, 10241);
    memset(kid, 'k', 10240);
    ck_assert_int_gt(asprintf(&header, "{\"alg\":\"RS256\",\"kid\":\"%s\"}", kid), 0);
    expect("AC-8 kid of 10 KB", issuer_token(ours, header, good_payload()), ERROR_INVALID_TOKEN);
    free(header);
    kid[129] = '\0';
    ck_assert_int_gt(asprintf(&header, "{\"alg\":\"RS256\",\"kid\":\"%s\"}", kid), 0);
    expect("AC-8 kid of 129 bytes", issuer_token(ours, header, good_payload()),
           ERROR_INVALID_TOKEN);
    free(header);
    free(kid);
    char more[400] = ",\"username\":\"";
    memset(more + 13, 'u', 256);
    memcpy(more + 13 + 256, "\"", 2);
    const struct claims too_long = { .more = more };
    expect("username of 256 bytes", issuer_token(ours, HEADER, payload_of(&too_long)),
           ERROR_INVALID_TOKEN);
    memcpy(more + 13 + 255, "\"", 2);
    expect("username of 255 bytes", issuer_token(ours, HEADER, payload_of(&too_long)), ERROR_NONE);
}
END_TEST

static void add_tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, headers_are_read_by_type, 0, COUNT(header_cases));
    tcase_add_test(tcase, segments_are_three);
    tcase_add_test(tcase, segments_are_strict_base64url);
    tcase_add_test(tcase, unused_bits_are_zero);
    tcase_add_test(tcase, signatures_are_ours_and_whole);
    tcase_add_test(tcase, sizes_are_bounded);
}

int main(void)
{
    return run_token_tests("token_gate", add_tests);
}
