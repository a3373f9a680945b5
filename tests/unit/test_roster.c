/* The pool's children: found by their process, counted by their phase, and as many as there are. */
#include "../../src/pool/roster.h"
#include "run_suite.h"

static struct roster roster;

static void set_up(void)
{
    roster = (struct roster){ 0 };
}

static struct child *add(pid_t pid, enum child_phase phase, enum child_reason outdated)
{
    struct child *child = roster_add(&roster, pid, 1000 + pid);
    ck_assert_ptr_nonnull(child);
    child->phase = phase;
    child->outdated = outdated;
    return child;
}

START_TEST(a_new_child_is_starting_and_counts)
{
    roster.children[0] = (struct child){ 7, CHILD_KILLED, REASON_MEMORY, 1, 2, 3 };
    const struct child *child = roster_add(&roster, 42, 123456);
    ck_assert_ptr_nonnull(child);
    ck_assert_int_eq(child->pid, 42);
    ck_assert_int_eq(child->phase, CHILD_STARTING);
    ck_assert_int_eq(child->outdated, REASON_NONE);
    ck_assert_int_eq(child->started_us, 123456);
    ck_assert_int_eq(child->leaving_us, 0);
    ck_assert_int_eq(child->sampled_busy_us, 0);
    ck_assert_uint_eq(roster.count, 1);
    ck_assert_ptr_eq(roster_find(&roster, 42), child);
}
END_TEST

START_TEST(a_stranger_is_not_found)
{
    ck_assert_ptr_null(roster_find(&roster, 42));
    ck_assert_ptr_null(roster_find(&roster, 0)); /* what an empty line has */
    add(42, CHILD_SERVING, REASON_NONE);
    ck_assert_ptr_null(roster_find(&roster, 43));
    ck_assert_ptr_null(roster_find(&roster, 0));
}
END_TEST

START_TEST(it_has_room_for_so_many_and_no_more)
{
    for (pid_t pid = 1; pid <= ROSTER_SIZE; pid++) {
        add(pid, CHILD_SERVING, REASON_NONE);
    }
    ck_assert_ptr_null(roster_add(&roster, ROSTER_SIZE + 1, 1));
    ck_assert_uint_eq(roster.count, ROSTER_SIZE);
    roster_remove(&roster, roster_find(&roster, 17));
    ck_assert_ptr_nonnull(roster_add(&roster, ROSTER_SIZE + 1, 1));
    for (pid_t pid = 1; pid <= ROSTER_SIZE + 1; pid++) {
        ck_assert_int_eq(roster_find(&roster, pid) != NULL, pid != 17);
    }
}
END_TEST

/* The first, one in the middle, the last, and the only one. */
START_TEST(removing_one_keeps_the_others)
{
    pid_t removed = _i;
    for (pid_t pid = 1; pid <= 5; pid++) {
        add(pid, (enum child_phase)(pid % 4), (enum child_reason)(pid % 6));
    }
    roster_remove(&roster, roster_find(&roster, removed));
    ck_assert_uint_eq(roster.count, 4);
    for (pid_t pid = 1; pid <= 5; pid++) {
        const struct child *child = roster_find(&roster, pid);
        ck_assert_int_eq(child == NULL, pid == removed);
        if (child != NULL) {
            ck_assert_int_eq(child->phase, pid % 4);
            ck_assert_int_eq(child->outdated, pid % 6);
            ck_assert_int_eq(child->started_us, 1000 + pid);
        }
    }
    while (roster.count > 0) {
        roster_remove(&roster, &roster.children[0]);
    }
    ck_assert_ptr_null(roster_find(&roster, removed == 1 ? 2 : 1));
}
END_TEST

START_TEST(they_are_counted_by_phase_and_those_that_count_apart)
{
    add(1, CHILD_STARTING, REASON_NONE);
    add(2, CHILD_STARTING, REASON_RELOAD);
    add(3, CHILD_SERVING, REASON_NONE);
    add(4, CHILD_SERVING, REASON_NONE);
    add(5, CHILD_SERVING, REASON_NONE);
    add(6, CHILD_SERVING, REASON_MEMORY);
    add(7, CHILD_LEAVING, REASON_NONE);
    add(8, CHILD_LEAVING, REASON_REQUESTS);
    add(9, CHILD_LEAVING, REASON_REQUESTS);
    add(10, CHILD_KILLED, REASON_RELOAD);
    ck_assert_uint_eq(roster_count(&roster, CHILD_STARTING, false), 2);
    ck_assert_uint_eq(roster_count(&roster, CHILD_STARTING, true), 1);
    ck_assert_uint_eq(roster_count(&roster, CHILD_SERVING, false), 4);
    ck_assert_uint_eq(roster_count(&roster, CHILD_SERVING, true), 3);
    ck_assert_uint_eq(roster_count(&roster, CHILD_LEAVING, false), 3);
    ck_assert_uint_eq(roster_count(&roster, CHILD_LEAVING, true), 1);
    ck_assert_uint_eq(roster_count(&roster, CHILD_KILLED, false), 1);
    ck_assert_uint_eq(roster_count(&roster, CHILD_KILLED, true), 0);
    roster_remove(&roster, roster_find(&roster, 4));
    ck_assert_uint_eq(roster_count(&roster, CHILD_SERVING, true), 2);
}
END_TEST

START_TEST(outdated_are_those_that_have_not_been_told_to_go)
{
    add(1, CHILD_SERVING, REASON_NONE);
    add(2, CHILD_SERVING, REASON_MEMORY);
    add(3, CHILD_LEAVING, REASON_RELOAD);
    add(4, CHILD_KILLED, REASON_RELOAD);
    ck_assert(!roster_has_outdated(&roster, REASON_RELOAD));
    ck_assert(roster_has_outdated(&roster, REASON_MEMORY));
    struct child *child = add(5, CHILD_STARTING, REASON_RELOAD);
    ck_assert(roster_has_outdated(&roster, REASON_RELOAD));
    child->phase = CHILD_SERVING;
    ck_assert(roster_has_outdated(&roster, REASON_RELOAD));
    child->phase = CHILD_LEAVING;
    ck_assert(!roster_has_outdated(&roster, REASON_RELOAD));
}
END_TEST

START_TEST(each_reason_has_its_name)
{
    ck_assert_str_eq(child_reason_name(REASON_NONE), "none");
    ck_assert_str_eq(child_reason_name(REASON_RELOAD), "reload");
    ck_assert_str_eq(child_reason_name(REASON_REQUESTS), "requests");
    ck_assert_str_eq(child_reason_name(REASON_MEMORY), "memory");
    ck_assert_str_eq(child_reason_name(REASON_SCALED_DOWN), "scaled_down");
    ck_assert_str_eq(child_reason_name(REASON_STOP), "stop");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("roster");
    TCase *tcase = tcase_create("roster");
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, a_new_child_is_starting_and_counts);
    tcase_add_test(tcase, a_stranger_is_not_found);
    tcase_add_test(tcase, it_has_room_for_so_many_and_no_more);
    tcase_add_loop_test(tcase, removing_one_keeps_the_others, 1, 6);
    tcase_add_test(tcase, they_are_counted_by_phase_and_those_that_count_apart);
    tcase_add_test(tcase, outdated_are_those_that_have_not_been_told_to_go);
    tcase_add_test(tcase, each_reason_has_its_name);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
