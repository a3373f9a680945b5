/* Credentials that expire: fetched ahead of that, and a place that is away is not asked by each
 * call. */
#include "../../src/aws/credential_refresh.h"
#include "run_suite.h"

#define EXPIRY INT64_C(1800000000)
#define UP INT64_C(5000000) /* a machine has been up for a while */

static struct credential_refresh refresh;

static void set_up(void)
{
    refresh = (struct credential_refresh){ 0 };
}

static bool due(int64_t before_expiry_seconds, int64_t later_ms)
{
    return credential_refresh_is_due(&refresh, EXPIRY - before_expiry_seconds, UP + later_ms);
}

START_TEST(what_was_never_fetched_is_due)
{
    ck_assert(due(86400, 0));
}
END_TEST

START_TEST(others_are_due_five_minutes_before_they_expire_or_a_little_later)
{
    credential_refresh_note_others(&refresh, EXPIRY, 0);
    ck_assert(!due(21600, 0));
    ck_assert(!due(CREDENTIAL_REFRESH_AHEAD_SECONDS + 1, 0));
    ck_assert(due(CREDENTIAL_REFRESH_AHEAD_SECONDS, 0));
    ck_assert(due(-1, 0));
    /* However it is drawn, some minutes are left for trying again. */
    for (int64_t drawn = 0; drawn < 1000; drawn += 7) {
        credential_refresh_note_others(&refresh, EXPIRY, drawn);
        ck_assert(!due(CREDENTIAL_REFRESH_AHEAD_SECONDS + 1, 0));
        ck_assert(due(CREDENTIAL_REFRESH_AHEAD_SECONDS - CREDENTIAL_REFRESH_SPREAD_SECONDS, 0));
    }
}
END_TEST

START_TEST(processes_do_not_all_ask_in_the_same_moment)
{
    credential_refresh_note_others(&refresh, EXPIRY, 59);
    ck_assert(!due(CREDENTIAL_REFRESH_AHEAD_SECONDS, 0));
}
END_TEST

START_TEST(distrust_makes_them_due_once)
{
    credential_refresh_note_others(&refresh, EXPIRY, 0);
    refresh.distrusted = true;
    ck_assert(due(21600, 0));
    credential_refresh_note_unchanged(&refresh, UP);
    ck_assert(!due(21600, 0));
    ck_assert(!due(21600, CREDENTIAL_REFRESH_UNCHANGED_PAUSE_MS));
    /* AWS refuses the same once more. */
    refresh.distrusted = true;
    ck_assert(!due(21600, CREDENTIAL_REFRESH_UNCHANGED_PAUSE_MS - 1));
    ck_assert(due(21600, CREDENTIAL_REFRESH_UNCHANGED_PAUSE_MS));
}
END_TEST

START_TEST(a_failure_is_followed_by_a_minute_whatever_happens_in_it)
{
    const int64_t longest = CREDENTIAL_REFRESH_FAILED_PAUSE_MS * 7 / 6;
    credential_refresh_note_others(&refresh, EXPIRY, 0);
    for (int64_t drawn = 0; drawn < 100000; drawn += 997) {
        credential_refresh_note_failure(&refresh, UP, drawn);
        refresh.distrusted = true;
        ck_assert(!due(-3600, CREDENTIAL_REFRESH_FAILED_PAUSE_MS - 1));
        ck_assert(due(-3600, longest));
    }
}
END_TEST

START_TEST(others_end_every_pause)
{
    credential_refresh_note_failure(&refresh, UP, 0);
    credential_refresh_note_others(&refresh, EXPIRY, 0);
    ck_assert(!due(21600, 1));
    refresh.distrusted = true;
    ck_assert(due(21600, 1));
}
END_TEST

START_TEST(that_there_are_none_is_believed_for_seconds)
{
    credential_refresh_note_absence(&refresh, UP);
    ck_assert(!due(0, CREDENTIAL_REFRESH_ABSENT_PAUSE_MS - 1));
    ck_assert(due(0, CREDENTIAL_REFRESH_ABSENT_PAUSE_MS));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("credential_refresh");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, NULL);
    tcase_add_test(all, what_was_never_fetched_is_due);
    tcase_add_test(all, others_are_due_five_minutes_before_they_expire_or_a_little_later);
    tcase_add_test(all, processes_do_not_all_ask_in_the_same_moment);
    tcase_add_test(all, distrust_makes_them_due_once);
    tcase_add_test(all, a_failure_is_followed_by_a_minute_whatever_happens_in_it);
    tcase_add_test(all, others_end_every_pause);
    tcase_add_test(all, that_there_are_none_is_believed_for_seconds);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
