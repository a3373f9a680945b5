/* What SNS takes as a subject, whatever a product is called: AC-77. */
#include <string.h>

#include "run_suite.h"
#include "stockpilot/aws/sns_text.h"

static const struct {
    const char *text;
    const char *subject;
} subjects[] = {
    { "Low stock: Lamp", "Low stock: Lamp" },
    { "Low stock:\nLamp\r\nBcc: everyone", "Low stock: Lamp Bcc: everyone" },
    { "  \t leading and trailing \x01 ", "leading and trailing" },
    { "Caf\xc3\xa9 cr\xc3\xa8me, \xc3\x9c"
      "bergr\xc3\xb6\xc3\x9f"
      "e, \xc5\x81\xc3\xb3"
      "d\xc5\xba",
      "Cafe creme, Ubergrose, Lodz" },
    { "\xe2\x80\x9eQuoted\xe2\x80\x9c \xe2\x80\x93 5 \xe2\x82\xac", "\"Quoted\" - 5 E" },
    { "Lamp \xf0\x9f\x92\xa1!", "Lamp ?!" },
    { "\xf0\x9f\x92\xa1", "?" },
    { "", "StockPilot" },
    { " \n\t", "StockPilot" },
    { "del\x7f nbsp\xc2\xa0z", "del nbsp z" },
};

START_TEST(a_subject_is_legal)
{
    char subject[SNS_SUBJECT_SIZE];
    sns_subject(subjects[_i].text, subject);
    ck_assert_str_eq(subject, subjects[_i].subject);
}
END_TEST

START_TEST(a_long_subject_is_cut_below_a_hundred)
{
    char subject[SNS_SUBJECT_SIZE];
    char text[301];
    memset(text, 'x', sizeof text - 1);
    text[99] = '\0';
    sns_subject(text, subject);
    ck_assert_str_eq(subject, text);
    text[99] = 'x';
    text[300] = '\0';
    sns_subject(text, subject);
    ck_assert_uint_eq(strlen(subject), 99);
    ck_assert_str_eq(subject + 95, "x...");
}
END_TEST

START_TEST(a_body_ends_with_a_whole_character)
{
    ck_assert_uint_eq(sns_fitting_length("abc", 3), 3);
    ck_assert_uint_eq(sns_fitting_length("abc", 2), 2);
    ck_assert_uint_eq(sns_fitting_length("a\xe2\x82\xac", 3), 1);
    ck_assert_uint_eq(sns_fitting_length("a\xe2\x82\xac", 4), 4);
    ck_assert_uint_eq(sns_fitting_length("\xf0\x9f\x92\xa1", 3), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sns_text");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, a_subject_is_legal, 0, (int)(sizeof subjects / sizeof *subjects));
    tcase_add_test(all, a_long_subject_is_cut_below_a_hundred);
    tcase_add_test(all, a_body_ends_with_a_whole_character);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
