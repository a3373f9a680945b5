/* What is to be run follows from files and history, and contradictions between them are refused. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/store/migration_plan.h"

static char no_sql[] = "";

static struct migration_file three_files[] = {
    { 1, "0001_first.sql", "aaa", no_sql },
    { 2, "0002_second.sql", "bbb", no_sql },
    { 5, "0005_third.sql", "ccc", no_sql },
};
static const struct migration_files files = { 3, three_files };

static struct migration_failure failure;

static size_t plan(const struct applied_migration *applied, size_t count)
{
    size_t first_pending = 99;
    ck_assert(migration_plan(&files, applied, count, &first_pending, &failure));
    return first_pending;
}

static void assert_refused(const struct applied_migration *applied, size_t count, const char *file,
                           const char *fact)
{
    size_t first_pending = 99;
    ck_assert(!migration_plan(&files, applied, count, &first_pending, &failure));
    ck_assert_uint_eq(first_pending, 99);
    ck_assert_str_eq(failure.file, file);
    ck_assert_msg(strstr(failure.fact, fact), "\"%s\" is not in \"%s\"", fact, failure.fact);
    ck_assert_str_ne(failure.hint, "");
}

START_TEST(what_was_not_applied_is_pending)
{
    const struct applied_migration applied[] = {
        { 1, "0001_first.sql", "aaa" },
        { 2, "0002_second.sql", "bbb" },
        { 5, "0005_third.sql", "ccc" },
    };
    for (size_t count = 0; count <= 3; count++) {
        ck_assert_uint_eq(plan(applied, count), count);
    }
}
END_TEST

START_TEST(a_changed_file_is_refused)
{
    const struct applied_migration applied[] = { { 1, "0001_first.sql", "aax" } };
    assert_refused(applied, 1, "0001_first.sql", "was changed after it had been applied");
    ck_assert_str_eq(failure.detail, "SHA-256 is aaa, was aax.");
}
END_TEST

START_TEST(a_renamed_file_is_refused)
{
    const struct applied_migration applied[] = { { 1, "0001_begin.sql", "aaa" } };
    assert_refused(applied, 1, "0001_first.sql", "was applied as 0001_begin.sql");
}
END_TEST

START_TEST(a_file_that_is_gone_is_refused)
{
    const struct applied_migration in_between[] = {
        { 1, "0001_first.sql", "aaa" },
        { 2, "0002_second.sql", "bbb" },
        { 3, "0003_gone.sql", "xxx" },
    };
    assert_refused(in_between, 3, "0003_gone.sql", "the file is gone");

    const struct applied_migration newest[] = {
        { 1, "0001_first.sql", "aaa" },
        { 2, "0002_second.sql", "bbb" },
        { 5, "0005_third.sql", "ccc" },
        { 6, "0006_gone.sql", "xxx" },
    };
    assert_refused(newest, 4, "0006_gone.sql", "the file is gone");
}
END_TEST

START_TEST(a_new_file_before_an_applied_one_is_refused)
{
    const struct applied_migration applied[] = {
        { 1, "0001_first.sql", "aaa" },
        { 5, "0005_third.sql", "ccc" },
    };
    assert_refused(applied, 2, "0002_second.sql", "comes before 0005_third.sql");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("migration_plan");
    TCase *planning = tcase_create("planning");
    tcase_add_test(planning, what_was_not_applied_is_pending);
    tcase_add_test(planning, a_changed_file_is_refused);
    tcase_add_test(planning, a_renamed_file_is_refused);
    tcase_add_test(planning, a_file_that_is_gone_is_refused);
    tcase_add_test(planning, a_new_file_before_an_applied_one_is_refused);
    suite_add_tcase(suite, planning);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
