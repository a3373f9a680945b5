/* A line of the log is one JSON object, one line and one write, whatever text it is given. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "stockpilot/log/log.h"
#include "stockpilot/text/utf8.h"

/* Datagrams: each read gives exactly what one write gave. */
static int writes[2];
static char line[8192];

static void open_log(void)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, writes), 0);
    log_set_descriptor(writes[1]);
    log_set_level(LOG_LEVEL_INFO);
}

static void close_log(void)
{
    log_set_descriptor(STDERR_FILENO);
    close(writes[0]);
    close(writes[1]);
}

/* The next write, parsed; the caller deletes it. */
static cJSON *next_line(void)
{
    const ssize_t length = recv(writes[0], line, sizeof line - 1, 0);
    ck_assert_int_gt(length, 0);
    line[length] = '\0';
    ck_assert_int_le(length, 4096);
    ck_assert_ptr_eq(strchr(line, '\n'), line + length - 1);
    ck_assert(utf8_is_valid(line, (size_t)length));
    cJSON *object = cJSON_Parse(line);
    ck_assert_msg(cJSON_IsObject(object), "not a JSON object: %s", line);
    return object;
}

static void assert_nothing_written(void)
{
    ck_assert_int_eq(recv(writes[0], line, sizeof line, 0), -1);
    ck_assert_int_eq(errno, EAGAIN);
}

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

START_TEST(a_line_has_time_level_event_pid_and_the_fields)
{
    LOG(LOG_LEVEL_WARNING, "request_slow", LOG_TEXT("path", "/products"), LOG_NUMBER("ms", 1200),
        LOG_NUMBER("smallest", INT64_MIN), LOG_TEXT("absent", NULL));
    cJSON *object = next_line();
    ck_assert_uint_eq(strlen(text_of(object, "time")), strlen("2026-11-23T07:28:00.123Z"));
    ck_assert_str_eq(text_of(object, "level"), "warning");
    ck_assert_str_eq(text_of(object, "event"), "request_slow");
    ck_assert_int_eq(cJSON_GetObjectItem(object, "pid")->valueint, getpid());
    ck_assert_str_eq(text_of(object, "path"), "/products");
    ck_assert_int_eq(cJSON_GetObjectItem(object, "ms")->valueint, 1200);
    ck_assert_ptr_nonnull(strstr(line, "\"smallest\":-9223372036854775808"));
    ck_assert(!cJSON_HasObjectItem(object, "absent"));
    ck_assert(!cJSON_HasObjectItem(object, "truncated"));
    cJSON_Delete(object);
    assert_nothing_written();
}
END_TEST

START_TEST(text_comes_back_as_it_was)
{
    const char *text = "a \"quoted\" \\ back\nslash\r\t\x01\x1b[31m\x7f \xc3\xa9 \xe2\x82\xac "
                       "\xf0\x9f\x93\xa6 \xc2\x9b";
    LOG(LOG_LEVEL_INFO, "test", LOG_TEXT("text", text));
    cJSON *object = next_line();
    ck_assert_str_eq(text_of(object, "text"), text);
    cJSON_Delete(object);
}
END_TEST

START_TEST(nothing_that_steers_a_terminal_is_written)
{
    LOG(LOG_LEVEL_INFO, "test", LOG_TEXT("text", "\x1b[2J\x07\x7f\xc2\x9b"));
    cJSON_Delete(next_line());
    ck_assert_ptr_nonnull(strstr(line, "\"\\u001b[2J\\u0007\\u007f\\u009b\""));
}
END_TEST

START_TEST(bytes_that_are_no_utf8_are_replaced_one_by_one)
{
    LOG(LOG_LEVEL_INFO, "test",
        LOG_TEXT("text", "a\xff\xc0\xaf"
                         "b\xed\xa0\x80"
                         "c\xe2\x82"));
    cJSON_Delete(next_line());
    ck_assert_ptr_nonnull(
        strstr(line, "\"a\\ufffd\\ufffd\\ufffdb\\ufffd\\ufffd\\ufffdc\\ufffd\\ufffd\""));
}
END_TEST

START_TEST(a_long_line_loses_its_longest_text_only)
{
    char longest[9000];
    char shorter[1001];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memset(shorter, 'y', sizeof shorter - 1);
    shorter[sizeof shorter - 1] = '\0';

    LOG(LOG_LEVEL_INFO, "test", LOG_TEXT("longest", longest), LOG_TEXT("shorter", shorter),
        LOG_TEXT("short", "kept"));
    cJSON *object = next_line();
    ck_assert_uint_gt(strlen(line), 4090);
    ck_assert_str_eq(text_of(object, "shorter"), shorter);
    ck_assert_str_eq(text_of(object, "short"), "kept");
    ck_assert_uint_gt(strlen(text_of(object, "longest")), 2500);
    ck_assert(cJSON_IsTrue(cJSON_GetObjectItem(object, "truncated")));
    cJSON_Delete(object);
}
END_TEST

/* Every offset of the cut against the two-byte characters and the six-byte escapes. */
START_TEST(a_cut_splits_no_character_and_no_escape)
{
    char text[6000];
    for (int shift = 0; shift < 12; shift++) {
        size_t length = 0;
        while (length < (size_t)shift) {
            text[length++] = 'x';
        }
        while (length + 3 < sizeof text) {
            memcpy(text + length, "\xc3\xa9\x01", 3);
            length += 3;
        }
        text[length] = '\0';
        LOG(LOG_LEVEL_INFO, "test", LOG_TEXT("text", text));
        cJSON *object = next_line();
        const char *read = text_of(object, "text");
        ck_assert_int_eq(strncmp(read, text, strlen(read)), 0);
        cJSON_Delete(object);
    }
}
END_TEST

START_TEST(too_many_fields_still_make_a_line)
{
    struct log_field fields[200];
    for (size_t i = 0; i < 200; i++) {
        fields[i] = (struct log_field)LOG_TEXT("a_rather_long_name_of_a_field", "value");
    }
    log_write(LOG_LEVEL_INFO, "crowded", fields, 200);
    cJSON *object = next_line();
    ck_assert_str_eq(text_of(object, "event"), "crowded");
    ck_assert(cJSON_IsTrue(cJSON_GetObjectItem(object, "truncated")));
    cJSON_Delete(object);
}
END_TEST

START_TEST(levels_above_the_chosen_one_are_left_out)
{
    enum log_level level = LOG_LEVEL_DEBUG;
    LOG(LOG_LEVEL_DEBUG, "test", LOG_NUMBER("n", 1));
    assert_nothing_written();
    ck_assert(log_level_from_name("error", &level));
    log_set_level(level);
    LOG(LOG_LEVEL_WARNING, "test", LOG_NUMBER("n", 1));
    assert_nothing_written();
    LOG(LOG_LEVEL_ERROR, "test", LOG_NUMBER("n", 1));
    cJSON_Delete(next_line());
    ck_assert(!log_level_from_name("ERROR", &level));
    ck_assert_int_eq(level, LOG_LEVEL_ERROR);
}
END_TEST

START_TEST(errno_is_kept)
{
    log_set_descriptor(-1);
    errno = ENOENT;
    LOG(LOG_LEVEL_ERROR, "test", LOG_NUMBER("n", 1));
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("log");
    TCase *lines = tcase_create("lines");
    tcase_add_checked_fixture(lines, open_log, close_log);
    tcase_add_test(lines, a_line_has_time_level_event_pid_and_the_fields);
    tcase_add_test(lines, text_comes_back_as_it_was);
    tcase_add_test(lines, nothing_that_steers_a_terminal_is_written);
    tcase_add_test(lines, bytes_that_are_no_utf8_are_replaced_one_by_one);
    tcase_add_test(lines, a_long_line_loses_its_longest_text_only);
    tcase_add_test(lines, a_cut_splits_no_character_and_no_escape);
    tcase_add_test(lines, too_many_fields_still_make_a_line);
    tcase_add_test(lines, levels_above_the_chosen_one_are_left_out);
    tcase_add_test(lines, errno_is_kept);
    suite_add_tcase(suite, lines);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
