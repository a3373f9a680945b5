#include "stockpilot/text/iso8601.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#define DAY_LENGTH 10

/* Whether text begins like the form, in which '9' stands for any digit. */
static bool begins_like(const char *text, const char *form)
{
    for (; *form != '\0'; form++, text++) {
        if (*form == '9' ? *text < '0' || *text > '9' : *text != *form) {
            return false;
        }
    }
    return true;
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

static int days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool begins_with_day(const char *text)
{
    if (!begins_like(text, "9999-99-99")) {
        return false;
    }
    int year = two_digits(text) * 100 + two_digits(text + 2);
    int month = two_digits(text + 5);
    int day = two_digits(text + 8);
    return year >= 1900 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_of_month(year, month);
}

bool iso8601_is_day(const char *text)
{
    return begins_with_day(text) && text[DAY_LENGTH] == '\0';
}

bool iso8601_names_day(const char *text)
{
    return begins_with_day(text) &&
           (text[DAY_LENGTH] == '\0' || strcmp(text + DAY_LENGTH, "T00:00:00.000Z") == 0);
}

static bool is_offset(const char *text)
{
    if (strcmp(text, "Z") == 0) {
        return true;
    }
    return (text[0] == '+' || text[0] == '-') && begins_like(text + 1, "99:99") &&
           text[sizeof "+99:99" - 1] == '\0' && two_digits(text + 1) <= 14 &&
           two_digits(text + 4) <= 59;
}

bool iso8601_is_instant(const char *text)
{
    if (!begins_with_day(text) || !begins_like(text + DAY_LENGTH, "T99:99:99")) {
        return false;
    }
    const char *time = text + DAY_LENGTH + 1;
    if (two_digits(time) > 23 || two_digits(time + 3) > 59 || two_digits(time + 6) > 59) {
        return false;
    }
    const char *rest = time + sizeof "99:99:99" - 1;
    if (*rest == '.') {
        size_t decimals = strspn(rest + 1, "0123456789");
        if (decimals < 1 || decimals > 6) {
            return false;
        }
        rest += 1 + decimals;
    }
    return is_offset(rest);
}

/* What the clock of that zone is ahead of UTC. */
static int64_t offset_seconds(const char *text)
{
    if (*text == 'Z') {
        return 0;
    }
    int64_t seconds = (two_digits(text + 1) * 60 + two_digits(text + 4)) * INT64_C(60);
    return *text == '-' ? -seconds : seconds;
}

bool iso8601_seconds(const char *text, int64_t *seconds)
{
    if (!iso8601_is_instant(text)) {
        return false;
    }
    const char *time = text + DAY_LENGTH + 1;
    struct tm parts = {
        .tm_year = two_digits(text) * 100 + two_digits(text + 2) - 1900,
        .tm_mon = two_digits(text + 5) - 1,
        .tm_mday = two_digits(text + 8),
        .tm_hour = two_digits(time),
        .tm_min = two_digits(time + 3),
        .tm_sec = two_digits(time + 6),
    };
    *seconds = (int64_t)timegm(&parts) - offset_seconds(time + strcspn(time, "Z+-"));
    return true;
}
