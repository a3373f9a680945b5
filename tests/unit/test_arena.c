/* An arena is bounded, zeroed and aligned, and runs its clean-ups whatever happens. */
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "run_suite.h"
#include "stockpilot/memory/arena.h"

#define LIMIT (1024u * 1024)

static struct arena *arena;
static int cleaned[4];
static int cleaned_count;

static void open_arena(void)
{
    arena = arena_new(LIMIT);
    ck_assert_ptr_nonnull(arena);
    cleaned_count = 0;
}

static void close_arena(void)
{
    arena_free(arena);
}

static void note(void *object)
{
    cleaned[cleaned_count++] = *(const int *)object;
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

START_TEST(memory_is_zeroed_aligned_and_distinct)
{
    static const size_t sizes[] = { 0, 1, 7, 16, 17, 1000, 20000, 70000 };
    for (int round = 0; round < 3; round++) {
        unsigned char *before = NULL;
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            unsigned char *bytes = arena_alloc(arena, sizes[i]);
            ck_assert_ptr_nonnull(bytes);
            ck_assert_ptr_ne(bytes, before);
            ck_assert_uint_eq((uintptr_t)bytes % alignof(max_align_t), 0);
            ck_assert(is_zero(bytes, sizes[i]));
            memset(bytes, 0xaa, sizes[i]);
            before = bytes;
        }
        arena_reset(arena);
    }
}
END_TEST

START_TEST(allocations_do_not_overlap)
{
    unsigned char *all[200];
    for (size_t i = 0; i < 200; i++) {
        all[i] = arena_alloc(arena, i * 20);
        ck_assert_ptr_nonnull(all[i]);
        memset(all[i], (int)i, i * 20);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t j = 0; j < i * 20; j++) {
            ck_assert_uint_eq(all[i][j], i);
        }
    }
}
END_TEST

START_TEST(the_limit_holds_and_comes_back_at_reset)
{
    for (int round = 0; round < 2; round++) {
        size_t count = 0;
        while (arena_alloc(arena, 1024) != NULL) {
            count++;
        }
        ck_assert_uint_eq(count, LIMIT / 1024);
        ck_assert_uint_eq(arena_used(arena), LIMIT);
        ck_assert_ptr_null(arena_alloc(arena, 0));
        arena_reset(arena);
        ck_assert_uint_eq(arena_used(arena), 0);
    }
    ck_assert_ptr_null(arena_alloc(arena, LIMIT + 1));
    ck_assert_ptr_null(arena_alloc(arena, SIZE_MAX));
    ck_assert_ptr_nonnull(arena_alloc(arena, LIMIT));
}
END_TEST

START_TEST(an_array_that_overflows_is_refused)
{
    ck_assert_ptr_null(arena_array(arena, SIZE_MAX / 2, 4));
    ck_assert_ptr_null(arena_array(arena, SIZE_MAX, SIZE_MAX));
    ck_assert_ptr_nonnull(arena_array(arena, 0, 8));
    ck_assert_ptr_nonnull(arena_array(arena, 100, 8));
}
END_TEST

START_TEST(text_is_copied_and_ended)
{
    ck_assert_str_eq(arena_copy(arena, "abcdef", 3), "abc");
    ck_assert_str_eq(arena_copy(arena, NULL, 0), "");
    ck_assert_ptr_null(arena_copy(arena, "", SIZE_MAX));
    ck_assert_str_eq(arena_printf(arena, "%s-%d", "a", 7), "a-7");
    char *wide = arena_printf(arena, "%5000d", 1);
    ck_assert_uint_eq(strlen(wide), 5000);
    ck_assert_ptr_null(arena_printf(arena, "%*d", (int)LIMIT, 1));
}
END_TEST

START_TEST(cleanups_run_newest_first_and_once)
{
    static int one = 1, two = 2, three = 3;
    ck_assert_int_eq(arena_defer(arena, note, &one), ERROR_NONE);
    ck_assert_int_eq(arena_defer(arena, note, &two), ERROR_NONE);
    arena_reset(arena);
    ck_assert_int_eq(cleaned_count, 2);
    ck_assert_int_eq(cleaned[0], 2);
    ck_assert_int_eq(cleaned[1], 1);
    ck_assert_int_eq(arena_defer(arena, note, &three), ERROR_NONE);
    arena_reset(arena);
    arena_reset(arena);
    ck_assert_int_eq(cleaned_count, 3);
    ck_assert_int_eq(cleaned[2], 3);
}
END_TEST

START_TEST(a_cleanup_without_room_runs_at_once)
{
    static int one = 1;
    ck_assert_ptr_nonnull(arena_alloc(arena, LIMIT));
    ck_assert_int_eq(arena_defer(arena, note, &one), ERROR_INTERNAL);
    ck_assert_int_eq(cleaned_count, 1);
    arena_reset(arena);
    ck_assert_int_eq(cleaned_count, 1);
}
END_TEST

/* Only where the arena keeps its block can the bytes still be looked at. */
#ifndef WITH_ADDRESS_SANITIZER
START_TEST(a_private_one_overwrites_what_it_takes_back)
{
    struct arena *private = arena_new_private(LIMIT);
    ck_assert_ptr_nonnull(private);
    const char *secret = arena_copy(private, "secret", 6);
    ck_assert_ptr_nonnull(secret);
    arena_reset(private);
    ck_assert_mem_eq(secret, "\0\0\0\0\0\0", 6);
    arena_free(private);
}
END_TEST
#endif

START_TEST(freeing_none_is_fine)
{
    arena_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *all = tcase_create("arena");
    tcase_add_checked_fixture(all, open_arena, close_arena);
    tcase_add_test(all, memory_is_zeroed_aligned_and_distinct);
    tcase_add_test(all, allocations_do_not_overlap);
    tcase_add_test(all, the_limit_holds_and_comes_back_at_reset);
    tcase_add_test(all, an_array_that_overflows_is_refused);
    tcase_add_test(all, text_is_copied_and_ended);
    tcase_add_test(all, cleanups_run_newest_first_and_once);
    tcase_add_test(all, a_cleanup_without_room_runs_at_once);
#ifndef WITH_ADDRESS_SANITIZER
    tcase_add_test(all, a_private_one_overwrites_what_it_takes_back);
#endif
    tcase_add_test(all, freeing_none_is_fine);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
