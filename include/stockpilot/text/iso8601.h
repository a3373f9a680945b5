/*
 * iso8601.h - days and instants as clients write them: RFC 3339, which is ISO 8601 as narrowed for
 * the Internet. PostgreSQL reads what passes here as it is.
 */
#ifndef STOCKPILOT_TEXT_ISO8601_H
#define STOCKPILOT_TEXT_ISO8601_H

#include <stdbool.h>
#include <stdint.h>

/* "2023-11-23": a day of the calendar, from the year 1900 to 9999. */
bool iso8601_is_day(const char *text);

/* The same, or the midnight of one as our answers have it: "2023-11-23T00:00:00.000Z". */
bool iso8601_names_day(const char *text);

/* "2023-11-23T11:54:21Z", with up to six decimals of a second and "Z" or an offset such as
 * "+01:00". No leap seconds. */
bool iso8601_is_instant(const char *text);

/* Of such an instant the seconds since 1970 UTC, decimals left out. false when it is none. */
bool iso8601_seconds(const char *text, int64_t *seconds);

#endif
