/*
 * recorded.h - how the record_…() functions of sql/migrations/0010_trade.sql are called and read.
 * Only for src/store.
 *
 * A statement selects RECORDED_COLUMNS and then the record's own, from RECORDED(function, fields):
 * the answer, which is JSON in the database, as the columns it was made of.
 */
#ifndef STOCKPILOT_SRC_STORE_RECORDED_H
#define STOCKPILOT_SRC_STORE_RECORDED_H

#include <stdbool.h>

#include "pipeline.h"
#include "stockpilot/domain/refusal.h"

#define RECORDED_COLUMNS                                                                           \
    "r.outcome, d.problem, d.line, d.product_id, d.product_name, d.quantity, d.available,"         \
    " d.expected, d.movement_id"
#define RECORDED_FIRST_COLUMN 9 /* of the record itself */

#define RECORDED(function, fields)                                                                 \
    " FROM " function " r LEFT JOIN LATERAL jsonb_to_recordset(r.answer) AS d (problem text,"      \
    " line integer, product_id uuid, product_name text, quantity integer, available integer,"      \
    " expected integer, movement_id uuid, " fields ") ON true"

/*
 * Runs the call once for the request's key. ERROR_NOT_FOUND without a text when what it is about is
 * not there; ERROR_CONFLICT with *refusals filled when something stands against it.
 */
MUST_CHECK enum error_kind recorded_run(const struct store_request *request,
                                        const struct call *call, const PGresult **result,
                                        bool *replayed, struct refusals *refusals);

#endif
