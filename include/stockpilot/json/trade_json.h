/* trade_json.h - sales and purchases on the wire. */
#ifndef STOCKPILOT_JSON_TRADE_JSON_H
#define STOCKPILOT_JSON_TRADE_JSON_H

#include "stockpilot/domain/trade.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/memory/arena.h"

/* Errors as of record_read_json(); those of a line at "/lines/3/quantity". */
MUST_CHECK enum error_kind trade_read_json(struct arena *arena, enum trade_kind kind,
                                           const char *text, size_t length, struct new_trade *trade,
                                           struct error *error);

/* One document, from `count` rows of the same document_id. */
void json_write_trade(struct json_writer *json, enum trade_kind kind, const struct trade_row *rows,
                      size_t count);

#endif
