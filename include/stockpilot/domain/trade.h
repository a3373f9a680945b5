/*
 * trade.h - sales and purchases: documents with a line for each product.
 *
 * A sale and a purchase are of one shape; what a unit of a line was sold for or bought for is its
 * unit amount. In rows read from the database numbers and times stay as PostgreSQL's text; NULL
 * means null.
 */
#ifndef STOCKPILOT_DOMAIN_TRADE_H
#define STOCKPILOT_DOMAIN_TRADE_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/domain/field_rule.h"

/* Lines of a document, after those of the same product were merged. */
#define TRADE_MAX_LINES 200

enum trade_kind { TRADE_SALE, TRADE_PURCHASE };

enum {
    TRADE_LINES = 1u << 0,
    TRADE_NOTE = 1u << 1,
    TRADE_SUPPLIER = 1u << 2, /* of a purchase */

    TRADE_LINE_PRODUCT = 1u << 0,
    TRADE_LINE_QUANTITY = 1u << 1,
    TRADE_LINE_UNIT_AMOUNT = 1u << 2
};

#define TRADE_REQUIRED TRADE_LINES
#define SALE_LINE_REQUIRED (TRADE_LINE_PRODUCT | TRADE_LINE_QUANTITY)
#define PURCHASE_LINE_REQUIRED (SALE_LINE_REQUIRED | TRADE_LINE_UNIT_AMOUNT)

struct new_trade_line {
    const char *product_id;
    int64_t quantity;
    struct decimal_text unit_amount; /* empty on a line of a sale: the product's price */
    size_t position;                 /* in the list that was sent, for errors */
};

struct new_trade {
    const char *note;
    const char *supplier;
    size_t line_count;
    struct new_trade_line lines[TRADE_MAX_LINES];
};

/* One row for each line; the document's columns repeat. */
struct trade_row {
    const char *document_id;
    const char *timestamp;
    const char *supplier;
    const char *note;
    const char *document_total;
    const char *actor_id;
    const char *actor_name;
    const char *actor_email;
    const char *line_id;
    const char *product_id;
    const char *product_name;
    const char *quantity;
    const char *unit_amount;
    const char *total_amount;
    const char *movement_id;
    const char *reversal_id; /* the movement that undid the line; NULL: it stands */
};

const struct field_rule *trade_rules(enum trade_kind kind, size_t *count);
const struct field_rule *trade_line_rules(enum trade_kind kind, size_t *count);

/*
 * Adds a line, or its quantity to the line of the same product. Field errors at
 * "/lines/<position>": the same product at another unit amount, a sum beyond PRODUCT_MAX_QUANTITY,
 * one line too many.
 */
void trade_add_line(struct new_trade *trade, enum trade_kind kind,
                    const struct new_trade_line *line, struct error *error);

#endif
