/* record_json.h - a JSON object into a record, by its table of field rules. */
#ifndef STOCKPILOT_JSON_RECORD_JSON_H
#define STOCKPILOT_JSON_RECORD_JSON_H

#include "stockpilot/domain/field_rule.h"
#include "stockpilot/json/json_read.h"

/*
 * Parses text and reads its members into reading->record. ERROR_MALFORMED when it is no strict JSON
 * object; ERROR_INVALID with every field error there is. Missing fields are the caller's to ask
 * for.
 */
MUST_CHECK enum error_kind record_read_json(struct record_reading *reading, struct arena *arena,
                                            const char *text, size_t length);

/* The two halves of it, for records with lists in them: the text as a JSON object, and its members
 * into the record. Lists are left to the caller; that they are lists is checked. */
MUST_CHECK enum error_kind record_parse_json(struct arena *arena, const char *text, size_t length,
                                             const struct json_value **object, struct error *error);
void record_read_members(struct record_reading *reading, const struct json_value *object);

#endif
