#include "stockpilot/handlers/handlers.h"
#include "trade_document.h"

enum error_kind sales_list(struct exchange *exchange)
{
    return trade_document_list(exchange, TRADE_SALE);
}

enum error_kind sales_create(struct exchange *exchange)
{
    return trade_document_create(exchange, TRADE_SALE);
}

enum error_kind sales_get(struct exchange *exchange)
{
    return trade_document_get(exchange, TRADE_SALE);
}
