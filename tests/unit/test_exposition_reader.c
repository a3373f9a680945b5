/* The reader that the tests of the exposition rely on takes what is right, and nothing else. */
#include <string.h>

#include "exposition_reader.h"
#include "run_suite.h"

static struct exposition exposition;

#define UP "# HELP up Whether it is.\n# TYPE up gauge\n"
#define WAIT "# HELP wait How long.\n# TYPE wait histogram\n"
#define BUCKETS "wait_bucket{le=\"0.5\"} 1\nwait_bucket{le=\"+Inf\"} 3\n"

START_TEST(what_is_right_is_taken)
{
    static const char text[] =
        "# HELP hits_total How often, with \\\\ and \\n in it.\n"
        "# TYPE hits_total counter\n"
        "hits_total{path=\"/a{b}\",kind=\"q\\\"\\\\\\n\"} 12\n"
        "hits_total{path=\"/le\",le_=\"\"} 0\n" WAIT "wait_bucket{a=\"b\",le=\"0.5\"} 1\n"
        "wait_bucket{a=\"b\",le=\"+Inf\"} 3\n"
        "wait_sum{a=\"b\"} 7.250000\n"
        "wait_count{a=\"b\"} 3\n" BUCKETS "wait_sum 1\n"
        "wait_count 3\n" UP "up 1\n"
        "# HELP empty Nothing yet.\n# TYPE empty histogram\n";
    ck_assert_msg(exposition_read(&exposition, text, sizeof text - 1), "%s: %s", exposition.line,
                  exposition.problem);
    ck_assert_uint_eq(exposition.family_count, 4);
    ck_assert_uint_eq(exposition.series_count, 11);
    ck_assert_str_eq(exposition_type(&exposition, "hits_total"), "counter");
    ck_assert_str_eq(exposition_type(&exposition, "hits"), "");
    ck_assert_str_eq(exposition_value(&exposition, "wait_sum{a=\"b\"}"), "7.250000");
    ck_assert_str_eq(exposition_value(&exposition, "up"), "1");
    ck_assert_str_eq(exposition_value(&exposition, "u"), "");
    ck_assert(exposition_read(&exposition, "", 0));
    ck_assert_uint_eq(exposition.series_count, 0);
}
END_TEST

static const char *const wrongs[] = {
    "up 1\n",                                                   /* of no family */
    "# TYPE up gauge\nup 1\n",                                  /* without HELP */
    "# HELP up Whether it is.\nup 1\n",                         /* without TYPE */
    "# HELP up Whether it is.\n",                               /* alone */
    "# HELP up\n# TYPE up gauge\n",                             /* without text */
    "# HELP up A \\t.\n# TYPE up gauge\n",                      /* an escape there is not */
    "# HELP up A.\n# HELP down A.\n# TYPE up gauge\n",          /* one of them hangs */
    "# HELP up A.\n# TYPE down gauge\n",                        /* of another */
    "# HELP up A.\n# TYPE up thing\n",                          /* no type */
    "# HELP up_total A.\n# TYPE up_total gauge\n",              /* a counter's name */
    "# HELP up A.\n# TYPE up counter\n",                        /* not a counter's name */
    UP UP,                                                      /* twice */
    UP "up 1\n" WAIT "up{a=\"b\"} 1\n",                         /* apart */
    UP "up 1\n# HELP b_total B.\n# TYPE b_total counter\n" UP,  /* declared again later */
    UP "up 1\nup 2\n",                                          /* twice */
    UP "up 1\n\n",                                              /* an empty line */
    UP "up 1",                                                  /* without its end */
    UP "up 1\r\n",                                              /* of another system */
    UP "up  1\n",                                               /* two spaces */
    UP " up 1\n",                                               /* one before */
    UP "up 1 \n",                                               /* one after */
    UP "up 1 1700000000000\n",                                  /* a time stamp */
    UP "up\n",                                                  /* no value */
    UP "up nan\n",                                              /* no number */
    UP "up -1\n",                                               /* none that we have */
    UP "up 1.\n",                                               /* half a number */
    UP "up_more 1\n",                                           /* of another family */
    UP "1up 1\n",                                               /* no name */
    UP "up{} 1\n",                                              /* no labels */
    UP "up{a=b} 1\n",                                           /* not quoted */
    UP "up{a=\"b} 1\n",                                         /* not closed */
    UP "up{a=\"b\"c\"} 1\n",                                    /* not escaped */
    UP "up{a=\"\\x\"} 1\n",                                     /* an escape there is not */
    UP "up{a=\"b\",} 1\n",                                      /* one more to come */
    UP "up{a=\"b\" 1\n",                                        /* no end */
    UP "up{a=\"b\",a=\"c\"} 1\n",                               /* twice the same */
    UP "up{1=\"b\"} 1\n",                                       /* no name */
    UP "up{le=\"1\"} 1\n",                                      /* no histogram */
    UP "# a note\n",                                            /* for nobody */
    WAIT "wait 1\n",                                            /* no suffix */
    WAIT "wait_count 1\n",                                      /* without buckets */
    WAIT BUCKETS,                                               /* without sum and count */
    WAIT BUCKETS UP,                                            /* the same before another */
    WAIT BUCKETS "wait_sum 1\n",                                /* without a count */
    WAIT BUCKETS "wait_count 3\n",                              /* without a sum */
    WAIT BUCKETS "wait_sum 1\nwait_count 2\n",                  /* another count */
    WAIT BUCKETS "wait_sum 1\nwait_sum{} 1\nwait_count 3\n",    /* two sums */
    WAIT BUCKETS "wait_sum{a=\"b\"} 1\nwait_count 3\n",         /* of other labels */
    WAIT BUCKETS "wait_bucket{le=\"+Inf\"} 3\n",                /* after the last */
    WAIT "wait_bucket{le=\"1\"} 1\nwait_sum 1\nwait_count 1\n", /* without +Inf */
    WAIT "wait_bucket{le=\"1\"} 2\nwait_bucket{le=\"+Inf\"} 1\nwait_sum 1\nwait_count 1\n",
    WAIT "wait_bucket{le=\"1\"} 1\nwait_bucket{le=\"0.5\"} 1\n",
    WAIT "wait_bucket{le=\"x\"} 1\n",
    WAIT "wait_bucket{a=\"b\"} 1\n",
    WAIT "wait_bucket{le=\"1\",a=\"b\"} 1\n",
    WAIT "wait_bucket{a=\"b\",le=\"1\"} 1\nwait_bucket{a=\"c\",le=\"+Inf\"} 1\n",
};

START_TEST(what_is_wrong_is_not)
{
    const char *text = wrongs[_i];
    ck_assert_msg(!exposition_read(&exposition, text, strlen(text)), "taken: %s", text);
    ck_assert_str_ne(exposition.problem, "");
}
END_TEST

START_TEST(a_nul_is_no_text)
{
    static const char text[] = UP "up 1\0\n";
    ck_assert(!exposition_read(&exposition, text, sizeof text - 1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exposition_reader");
    TCase *tcase = tcase_create("reader");
    tcase_add_test(tcase, what_is_right_is_taken);
    tcase_add_loop_test(tcase, what_is_wrong_is_not, 0, (int)(sizeof wrongs / sizeof *wrongs));
    tcase_add_test(tcase, a_nul_is_no_text);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
