#include "stockpilot/handlers/handlers.h"
#include "trade_document.h"

enum error_kind purchases_list(struct exchange *exchange)
{
    return trade_document_list(exchange, TRADE_PURCHASE);
}

enum error_kind purchases_create(struct exchange *exchange)
{
    return trade_document_create(exchange, TRADE_PURCHASE);
}

enum error_kind purchases_get(struct exchange *exchange)
{
    return trade_document_get(exchange, TRADE_PURCHASE);
}
