/* The shared memory of the key set: who may have it, what a crash leaves, and readers beside
 * writers. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run_suite.h"
#include "stockpilot/auth/jwks_cache.h"
#include "stockpilot/log/log.h"

/* Of the race: more readers than processors, so that some are stopped in the middle of reading. */
#define READERS 6
#define WRITES 30000

static char name[64];
static unsigned char filling; /* every byte of the next set's moduli */

/* Sets in which every byte of every modulus is the same, so that a mixture of two is seen. */
static enum error_kind make_set(void *context, struct deadline deadline, struct jwks *keys,
                                struct error *error)
{
    (void)context;
    (void)deadline;
    (void)error;
    filling++;
    keys->count = JWKS_MAX_KEYS;
    for (int i = 0; i < JWKS_MAX_KEYS; i++) {
        memset(keys->keys[i].modulus, filling, sizeof keys->keys[i].modulus);
        keys->keys[i].modulus_length = JWKS_MAX_MODULUS_BYTES;
        snprintf(keys->keys[i].kid, sizeof keys->keys[i].kid, "k%d", i);
    }
    return ERROR_NONE;
}

static const struct jwks_source source = { make_set, NULL, clock_monotonic_ms };

static void set_up(void)
{
    snprintf(name, sizeof name, "/stockpilot-test-shared-%ld", (long)getpid());
    jwks_cache_remove(name); /* of a test that had this process id long ago, and failed */
}

static void tear_down(void)
{
    jwks_cache_remove(name);
}

static struct jwks_cache *open_cache(void)
{
    struct error error;
    error_reset(&error);
    struct jwks_cache *cache = jwks_cache_open(name, &source, &error);
    ck_assert_msg(cache != NULL, "%s", error.cause);
    return cache;
}

static void expect_refused(void)
{
    struct error error;
    error_reset(&error);
    ck_assert_ptr_null(jwks_cache_open(name, &source, &error));
    ck_assert_int_eq(error.kind, ERROR_INTERNAL);
    ck_assert_msg(strstr(error.cause, name) != NULL, "%s", error.cause);
}

/* Any kid NULL set: publishes one more. */
static void publish(struct jwks_cache *cache)
{
    int64_t left_ms;
    ck_assert_int_eq(jwks_cache_ask(cache, NULL, jwks_cache_generation(cache),
                                    deadline_after_ms(5000), &left_ms),
                     JWKS_CHANGED);
}

static int open_raw(int flags, mode_t mode)
{
    int fd = shm_open(name, flags, mode);
    ck_assert_int_ge(fd, 0);
    return fd;
}

static void assert_works(struct jwks_cache *cache)
{
    static struct jwks keys;
    ck_assert_uint_eq(jwks_cache_generation(cache), 0);
    ck_assert_uint_eq(jwks_cache_read(cache, &keys), 0);
    publish(cache);
    ck_assert_uint_eq(jwks_cache_read(cache, &keys), 1);
    ck_assert_uint_eq(keys.count, JWKS_MAX_KEYS);
}

START_TEST(those_who_open_it_share_it)
{
    struct jwks_cache *first = open_cache();
    struct jwks_cache *second = open_cache();
    static struct jwks keys;
    struct stat status;
    int fd = open_raw(O_RDONLY, 0);
    ck_assert_int_eq(fstat(fd, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
    close(fd);
    publish(first);
    ck_assert_uint_eq(jwks_cache_generation(second), 1);
    jwks_cache_close(first);
    jwks_cache_close(second);
    struct jwks_cache *later = open_cache();
    ck_assert_msg(jwks_cache_read(later, &keys) == 1, "it stays when all have left");
    jwks_cache_close(later);
}
END_TEST

START_TEST(one_that_others_may_write_is_refused)
{
    int fd = open_raw(O_RDWR | O_CREAT | O_EXCL, 0600);
    ck_assert_int_eq(fchmod(fd, 0660), 0);
    expect_refused();
    ck_assert_int_eq(fchmod(fd, 0604), 0);
    expect_refused();
    close(fd);
}
END_TEST

START_TEST(one_of_another_user_is_refused)
{
    int fd = open_raw(O_RDWR | O_CREAT | O_EXCL, 0600);
    if (geteuid() == 0) {
        ck_assert_int_eq(fchown(fd, 1, 1), 0);
        expect_refused();
    } else { /* only root can give a file away; the same check sees the mode */
        ck_assert_int_eq(fchmod(fd, 0666), 0);
        expect_refused();
    }
    close(fd);
}
END_TEST

START_TEST(one_of_another_layout_is_replaced)
{
    struct jwks_cache *before = open_cache();
    publish(before);
    int fd = open_raw(O_RDWR, 0);
    struct stat status;
    uint64_t magic = 0x0123456789abcdef;
    ck_assert_int_eq(fstat(fd, &status), 0);
    ck_assert_int_eq(pwrite(fd, &magic, sizeof magic, 0), sizeof magic);
    struct jwks_cache *other_magic = open_cache();
    assert_works(other_magic);
    ck_assert_uint_eq(jwks_cache_generation(before), 1); /* those who have it keep theirs */
    publish(before);
    ck_assert_uint_eq(jwks_cache_generation(other_magic), 1);
    close(fd);
    jwks_cache_close(other_magic);
    fd = open_raw(O_RDWR, 0);
    ck_assert_int_eq(ftruncate(fd, status.st_size + 8), 0);
    close(fd);
    struct jwks_cache *other_size = open_cache();
    assert_works(other_size);
    jwks_cache_close(other_size);
    jwks_cache_close(before);
}
END_TEST

START_TEST(one_whose_maker_died_is_prepared_again)
{
    struct jwks_cache *before = open_cache();
    publish(before);
    jwks_cache_close(before);
    int fd = open_raw(O_RDWR, 0);
    uint64_t no_magic = 0;
    ck_assert_int_eq(pwrite(fd, &no_magic, sizeof no_magic, 0), sizeof no_magic);
    close(fd);
    struct jwks_cache *cache = open_cache();
    assert_works(cache);
    jwks_cache_close(cache);
}
END_TEST

START_TEST(many_may_open_it_for_the_first_time_at_once)
{
    pid_t openers[16];
    int count = (int)(sizeof openers / sizeof *openers);
    for (int i = 0; i < count; i++) {
        openers[i] = fork();
        ck_assert_int_ge(openers[i], 0);
        if (openers[i] == 0) {
            publish(open_cache());
            _exit(EXIT_SUCCESS);
        }
    }
    for (int i = 0; i < count; i++) {
        int status;
        ck_assert_int_eq(waitpid(openers[i], &status, 0), openers[i]);
        ck_assert_int_eq(status, 0);
    }
    /* An opener that saw another's set needed none of its own: at least one, no torn ones. */
    struct jwks_cache *cache = open_cache();
    ck_assert_uint_ge(jwks_cache_generation(cache), 1);
    ck_assert_uint_le(jwks_cache_generation(cache), 16);
    jwks_cache_close(cache);
}
END_TEST

static bool is_whole(const struct jwks *keys, uint64_t generation)
{
    for (int i = 0; i < JWKS_MAX_KEYS; i++) {
        const unsigned char *modulus = keys->keys[i].modulus;
        if (modulus[0] != (unsigned char)generation ||
            memcmp(modulus, modulus + 1, JWKS_MAX_MODULUS_BYTES - 1) != 0) {
            return false;
        }
    }
    return keys->count == JWKS_MAX_KEYS;
}

/* Reads until the last set has come. */
static int read_all(struct jwks_cache *cache)
{
    static struct jwks keys;
    for (uint64_t generation = 0; generation < WRITES;) {
        uint64_t next = jwks_cache_read(cache, &keys);
        if (next < generation || !is_whole(&keys, next)) {
            return EXIT_FAILURE;
        }
        generation = next;
    }
    return EXIT_SUCCESS;
}

START_TEST(readers_see_whole_sets_beside_a_writer)
{
    pid_t readers[READERS];
    struct jwks_cache *cache = open_cache();
    publish(cache);
    for (int i = 0; i < READERS; i++) {
        readers[i] = fork();
        ck_assert_int_ge(readers[i], 0);
        if (readers[i] == 0) {
            _exit(read_all(cache));
        }
    }
    for (int i = 1; i < WRITES; i++) {
        publish(cache);
    }
    for (int i = 0; i < READERS; i++) {
        int status;
        ck_assert_int_eq(waitpid(readers[i], &status, 0), readers[i]);
        ck_assert_msg(status == 0, "a reader saw a mixture of two sets");
    }
    jwks_cache_close(cache);
}
END_TEST

START_TEST(names_tell_issuers_apart)
{
    char a[JWKS_CACHE_NAME_SIZE], b[JWKS_CACHE_NAME_SIZE], c[JWKS_CACHE_NAME_SIZE];
    struct error error;
    error_reset(&error);
    ck_assert_int_eq(jwks_cache_derive_name("https://a", "https://a/k", a, &error), ERROR_NONE);
    ck_assert_int_eq(jwks_cache_derive_name("https://a", "https://a/k2", b, &error), ERROR_NONE);
    ck_assert_int_eq(jwks_cache_derive_name("https://a", "https://a/k", c, &error), ERROR_NONE);
    ck_assert_str_eq(a, c);
    ck_assert_str_ne(a, b);
    ck_assert_int_eq(strncmp(a, "/stockpilot-jwks-", 17), 0);
    ck_assert_ptr_null(strchr(a + 1, '/'));
}
END_TEST

int main(void)
{
    log_set_level(LOG_LEVEL_ERROR);
    TCase *tcase = tcase_create("shared memory");
    tcase_set_timeout(tcase, 30);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, those_who_open_it_share_it);
    tcase_add_test(tcase, one_that_others_may_write_is_refused);
    tcase_add_test(tcase, one_of_another_user_is_refused);
    tcase_add_test(tcase, one_of_another_layout_is_replaced);
    tcase_add_test(tcase, one_whose_maker_died_is_prepared_again);
    tcase_add_test(tcase, many_may_open_it_for_the_first_time_at_once);
    tcase_add_test(tcase, readers_see_whole_sets_beside_a_writer);
    tcase_add_test(tcase, names_tell_issuers_apart);
    Suite *suite = suite_create("jwks_shared");
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
