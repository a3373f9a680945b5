/* Verified tokens are remembered, and only as long as the key that signed them is ours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "token_fixture.h"
#include "stockpilot/auth/token_memory.h"

START_TEST(verified_tokens_are_remembered)
{
    struct principal *first, *second;
    struct error error;
    char *token = good_token();
    ck_assert_int_eq(check_at(token, NOW, &first, &error), ERROR_NONE);
    snprintf(first->user_id, sizeof first->user_id, "00000000-0000-4000-8000-000000000001");
    ck_assert_int_eq(check_at(token, NOW, &second, &error), ERROR_NONE);
    ck_assert_str_eq(second->user_id, "00000000-0000-4000-8000-000000000001");
    free(token);
}
END_TEST

/* Makes the verifier fetch: it is shown a token with a kid that only the next set has. */
static void rotate_to(EVP_PKEY *pair, const char *kid)
{
    struct principal *principal;
    struct error error;
    char *header = NULL;
    issued.keys[issued.count++] = issuer_public_key(pair, kid);
    ck_assert_int_gt(asprintf(&header, "{\"alg\":\"RS256\",\"kid\":\"%s\"}", kid), 0);
    char *token = issuer_token(pair, header, good_payload());
    ck_assert_int_eq(check_at(token, NOW, &principal, &error), ERROR_NONE);
    ck_assert_int_eq(fetches, 2);
    free(token);
    free(header);
}

START_TEST(what_a_kept_key_signed_stays_remembered)
{
    struct principal *principal;
    struct error error;
    char *token = good_token();
    ck_assert_int_eq(check_at(token, NOW, &principal, &error), ERROR_NONE);
    snprintf(principal->user_id, sizeof principal->user_id, "remembered");
    rotate_to(theirs, "next");
    ck_assert_int_eq(check_at(token, NOW, &principal, &error), ERROR_NONE);
    ck_assert_str_eq(principal->user_id, "remembered");
    free(token);
}
END_TEST

START_TEST(what_a_withdrawn_key_signed_is_forgotten)
{
    struct principal *principal;
    struct error error;
    char *token = good_token();
    ck_assert_int_eq(check_at(token, NOW, &principal, &error), ERROR_NONE);
    issued.keys[0] = issuer_public_key(longer, "another");
    rotate_to(theirs, "next");
    ck_assert_int_eq(check_at(token, NOW, &principal, &error), ERROR_INVALID_TOKEN);
    free(token);
}
END_TEST

START_TEST(what_a_replaced_key_signed_is_forgotten)
{
    struct principal *principal;
    struct error error;
    char *token = good_token();
    ck_assert_int_eq(check_at(token, NOW, &principal, &error), ERROR_NONE);
    issued.keys[0] = issuer_public_key(theirs, KID);
    rotate_to(longer, "next");
    ck_assert_int_eq(check_at(token, NOW, &principal, &error), ERROR_INVALID_TOKEN);
    free(token);
}
END_TEST

/* Some share a bucket: the first bytes repeat. */
static struct token_digest digest_of(uint64_t number)
{
    struct token_digest digest = { { 0 } };
    digest.bytes[0] = (unsigned char)(number % 251);
    memcpy(digest.bytes + 8, &number, sizeof number);
    return digest;
}

static struct remembered_token *put(struct token_memory *memory, uint64_t number)
{
    const struct token_claims claims = { .valid_until = NOW };
    const struct token_digest digest = digest_of(number);
    return token_memory_put(memory, &digest, number, &claims);
}

static bool has(struct token_memory *memory, uint64_t number)
{
    const struct token_digest digest = digest_of(number);
    const struct remembered_token *entry = token_memory_find(memory, &digest);
    return entry != NULL && entry->key_serial == number;
}

START_TEST(a_full_memory_forgets_what_went_unused_longest)
{
    const uint64_t full = TOKEN_MEMORY_ENTRIES;
    struct token_memory *memory = token_memory_new();
    ck_assert_ptr_nonnull(memory);
    for (uint64_t number = 1; number <= full; number++) {
        put(memory, number);
    }
    for (uint64_t number = 1; number <= full; number++) {
        ck_assert_msg(has(memory, number), "%llu", (unsigned long long)number);
    }
    ck_assert(has(memory, 1));
    put(memory, full + 1);
    ck_assert(has(memory, 1) && !has(memory, 2) && has(memory, 3) && has(memory, full + 1));
    for (uint64_t number = full + 2; number <= 5 * full; number++) {
        put(memory, number);
        ck_assert(has(memory, 1)); /* what is in use stays */
    }
    ck_assert(!has(memory, 4 * full + 1) && has(memory, 4 * full + 2) && has(memory, 5 * full));
    token_memory_free(memory);
}
END_TEST

START_TEST(what_is_forgotten_makes_room_first)
{
    const uint64_t full = TOKEN_MEMORY_ENTRIES;
    struct token_memory *memory = token_memory_new();
    ck_assert_ptr_nonnull(memory);
    struct remembered_token *forgotten = NULL;
    for (uint64_t number = 1; number <= full; number++) {
        struct remembered_token *entry = put(memory, number);
        forgotten = number == 100 ? entry : forgotten;
    }
    token_memory_forget(memory, forgotten);
    ck_assert(!has(memory, 100) && has(memory, 351) && has(memory, 1));
    ck_assert_ptr_eq(put(memory, full + 1), forgotten);
    ck_assert(has(memory, 1) && has(memory, 2) && has(memory, full + 1));
    token_memory_free(memory);
}
END_TEST

static void add_tests(TCase *tcase)
{
    tcase_add_test(tcase, verified_tokens_are_remembered);
    tcase_add_test(tcase, what_a_kept_key_signed_stays_remembered);
    tcase_add_test(tcase, what_a_withdrawn_key_signed_is_forgotten);
    tcase_add_test(tcase, what_a_replaced_key_signed_is_forgotten);
    tcase_add_test(tcase, a_full_memory_forgets_what_went_unused_longest);
    tcase_add_test(tcase, what_is_forgotten_makes_room_first);
}

int main(void)
{
    return run_token_tests("token_memory", add_tests);
}
