/* refusal.h - what stood against a change of stock, worded for the client. Only for src/handlers.
 */
#ifndef STOCKPILOT_SRC_HANDLERS_REFUSAL_H
#define STOCKPILOT_SRC_HANDLERS_REFUSAL_H

#include "stockpilot/domain/refusal.h"
#include "stockpilot/domain/trade.h"
#include "stockpilot/handlers/exchange.h"

/*
 * Makes the error of the exchange: 422 where a product is unknown or archived, else 409 with what
 * is available as `current`. Field errors name the line as it was sent; trade: the document the
 * refusals are about, or NULL where the body is about one product. Returns the kind.
 */
enum error_kind refusal_answer(struct exchange *exchange, const struct refusals *refusals,
                               const struct new_trade *trade);

#endif
