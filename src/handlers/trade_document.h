/* trade_document.h - sales and purchases as handlers serve them; they differ in kind only. Only for
 * src/handlers. */
#ifndef STOCKPILOT_SRC_HANDLERS_TRADE_DOCUMENT_H
#define STOCKPILOT_SRC_HANDLERS_TRADE_DOCUMENT_H

#include "stockpilot/domain/trade.h"
#include "stockpilot/handlers/exchange.h"

MUST_CHECK enum error_kind trade_document_list(struct exchange *exchange, enum trade_kind kind);
MUST_CHECK enum error_kind trade_document_create(struct exchange *exchange, enum trade_kind kind);
MUST_CHECK enum error_kind trade_document_get(struct exchange *exchange, enum trade_kind kind);

#endif
