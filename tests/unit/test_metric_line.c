/* A metric line is a line of the log in CloudWatch's embedded metric format, whatever the level. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "run_suite.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"
#include "stockpilot/log/metric_line.h"

/* Datagrams: each read gives exactly what one write gave. */
static int writes[2];
static char line[8192];

static void set_up(void)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, writes), 0);
    log_set_descriptor(writes[1]);
    log_set_level(LOG_LEVEL_INFO);
}

static void tear_down(void)
{
    log_set_descriptor(STDERR_FILENO);
    close(writes[0]);
    close(writes[1]);
}

/* The line that was written, parsed; the caller deletes it. */
static cJSON *written(void)
{
    const ssize_t length = recv(writes[0], line, sizeof line - 1, 0);
    ck_assert_int_gt(length, 0);
    line[length] = '\0';
    ck_assert_ptr_eq(strchr(line, '\n'), line + length - 1);
    cJSON *object = cJSON_Parse(line);
    ck_assert_msg(cJSON_IsObject(object), "not a JSON object: %s", line);
    return object;
}

static const cJSON *member(const cJSON *object, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    ck_assert_msg(found != NULL, "no member %s in %s", name, line);
    return found;
}

static const cJSON *directive_of(const cJSON *object)
{
    const cJSON *directives = member(member(object, "_aws"), "CloudWatchMetrics");
    ck_assert_int_eq(cJSON_GetArraySize(directives), 1);
    return cJSON_GetArrayItem(directives, 0);
}

START_TEST(values_are_members_and_those_with_a_unit_are_metrics)
{
    const struct metric_value values[] = { { "Requests", "Count", 12 },
                                           { "Workers", NULL, 4 },
                                           { "LatencyP99", "Milliseconds", 1.2345 } };
    const int64_t before_ms = clock_wall_ms();
    metric_line_write("pool_metrics", "production", 60000, values, 3);
    cJSON *object = written();
    ck_assert_str_eq(cJSON_GetStringValue(member(object, "event")), "pool_metrics");
    ck_assert_str_eq(cJSON_GetStringValue(member(object, "level")), "info");
    ck_assert_str_eq(cJSON_GetStringValue(member(object, "Environment")), "production");
    ck_assert_uint_gt(strlen(cJSON_GetStringValue(member(object, "host"))), 0);
    ck_assert_ptr_nonnull(strstr(line, "\"covers_ms\":60000,"));
    ck_assert_ptr_nonnull(strstr(line, "\"Requests\":12,\"Workers\":4,\"LatencyP99\":1.23"));
    const double timestamp = cJSON_GetNumberValue(member(member(object, "_aws"), "Timestamp"));
    ck_assert(timestamp >= (double)before_ms && timestamp <= (double)clock_wall_ms());
    char *text = cJSON_PrintUnformatted(directive_of(object));
    ck_assert_str_eq(text, "{\"Namespace\":\"StockPilot\",\"Dimensions\":[[\"Environment\"]],"
                           "\"Metrics\":[{\"Name\":\"Requests\",\"Unit\":\"Count\"},"
                           "{\"Name\":\"LatencyP99\",\"Unit\":\"Milliseconds\"}]}");
    free(text);
    cJSON_Delete(object);
}
END_TEST

START_TEST(it_is_written_at_every_level)
{
    const struct metric_value value = { "Requests", "Count", 0 };
    log_set_level(LOG_LEVEL_ERROR);
    metric_line_write("pool_metrics", "production", 1, &value, 1);
    cJSON_Delete(written());
}
END_TEST

START_TEST(the_longest_line_is_whole)
{
    struct metric_value values[METRIC_LINE_MOST + 1];
    for (size_t i = 0; i <= METRIC_LINE_MOST; i++) {
        values[i] = (struct metric_value){ "ANameOfThirtyCharactersExactly",
                                           "AUnitOfThirtyCharactersExactly", 123456789012345.0 };
    }
    metric_line_write("pool_metrics", "production", 1, values, METRIC_LINE_MOST + 1);
    cJSON *object = written();
    ck_assert(!cJSON_HasObjectItem(object, "truncated"));
    ck_assert_int_eq(cJSON_GetArraySize(member(directive_of(object), "Metrics")), METRIC_LINE_MOST);
    cJSON_Delete(object);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metric_line");
    TCase *group = tcase_create("lines");
    tcase_add_checked_fixture(group, set_up, tear_down);
    tcase_add_test(group, values_are_members_and_those_with_a_unit_are_metrics);
    tcase_add_test(group, it_is_written_at_every_level);
    tcase_add_test(group, the_longest_line_is_whole);
    suite_add_tcase(suite, group);
    return run_suite(suite);
}
