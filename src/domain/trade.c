#include "stockpilot/domain/trade.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "stockpilot/domain/product.h"

/* 999 999 999 999.99, what numeric(14,2) holds, and 9 999 999 999.9999, what numeric(14,4) does. */
#define MAX_PRICE 99999999999999LL
#define MAX_COST 99999999999999LL

#define MEMBER(name) offsetof(struct new_trade, name)
#define LINE_MEMBER(name) offsetof(struct new_trade_line, name)

/* clang-format off */
static const struct field_rule sale_rules[] = {
    { "lines", FIELD_LIST, TRADE_LINES, 0, false, 1, TRADE_MAX_LINES, 0, NULL },
    { "note", FIELD_TEXT, TRADE_NOTE, MEMBER(note), true, 0, 1000, 0, NULL },
    { "saleId", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "timestamp", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "totalAmount", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "userId", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "user", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
};

static const struct field_rule sale_line_rules[] = {
    { "productId", FIELD_UUID, TRADE_LINE_PRODUCT, LINE_MEMBER(product_id), false, 0, 0, 0, NULL },
    { "quantity", FIELD_INTEGER, TRADE_LINE_QUANTITY, LINE_MEMBER(quantity), false,
      1, PRODUCT_MAX_QUANTITY, 0, NULL },
    { "unitPrice", FIELD_DECIMAL, TRADE_LINE_UNIT_AMOUNT, LINE_MEMBER(unit_amount), true,
      0, MAX_PRICE, 2, NULL },
    { "totalAmount", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
};

static const struct field_rule purchase_rules[] = {
    { "lines", FIELD_LIST, TRADE_LINES, 0, false, 1, TRADE_MAX_LINES, 0, NULL },
    { "supplier", FIELD_LINE, TRADE_SUPPLIER, MEMBER(supplier), true, 1, 200, 0, NULL },
    { "note", FIELD_TEXT, TRADE_NOTE, MEMBER(note), true, 0, 1000, 0, NULL },
    { "purchaseId", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "timestamp", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "totalCost", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "userId", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "user", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
};

static const struct field_rule purchase_line_rules[] = {
    { "productId", FIELD_UUID, TRADE_LINE_PRODUCT, LINE_MEMBER(product_id), false, 0, 0, 0, NULL },
    { "quantity", FIELD_INTEGER, TRADE_LINE_QUANTITY, LINE_MEMBER(quantity), false,
      1, PRODUCT_MAX_QUANTITY, 0, NULL },
    { "unitCost", FIELD_DECIMAL, TRADE_LINE_UNIT_AMOUNT, LINE_MEMBER(unit_amount), false,
      0, MAX_COST, 4, NULL },
    { "totalCost", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
};
/* clang-format on */

#define COUNT(rules) (sizeof(rules) / sizeof *(rules))

const struct field_rule *trade_rules(enum trade_kind kind, size_t *count)
{
    *count = kind == TRADE_SALE ? COUNT(sale_rules) : COUNT(purchase_rules);
    return kind == TRADE_SALE ? sale_rules : purchase_rules;
}

const struct field_rule *trade_line_rules(enum trade_kind kind, size_t *count)
{
    *count = kind == TRADE_SALE ? COUNT(sale_line_rules) : COUNT(purchase_line_rules);
    return kind == TRADE_SALE ? sale_line_rules : purchase_line_rules;
}

static void add_line_error(const struct new_trade_line *line, const char *name, const char *code,
                           const char *detail, struct error *error)
{
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/lines/%zu%s", line->position, name);
    error_add_field(error, pointer, code, "%s", detail);
}

static void merge(struct new_trade_line *into, enum trade_kind kind,
                  const struct new_trade_line *line, struct error *error)
{
    if (strcmp(into->unit_amount.text, line->unit_amount.text) != 0) {
        add_line_error(line, kind == TRADE_SALE ? "/unitPrice" : "/unitCost", "differs",
                       "is the same on all lines of one product", error);
    } else if (line->quantity > PRODUCT_MAX_QUANTITY - into->quantity) {
        add_line_error(line, "/quantity", "out_of_range",
                       "is too much with the other lines of the product", error);
    } else {
        into->quantity += line->quantity;
    }
}

void trade_add_line(struct new_trade *trade, enum trade_kind kind,
                    const struct new_trade_line *line, struct error *error)
{
    for (size_t i = 0; i < trade->line_count; i++) {
        if (strcasecmp(trade->lines[i].product_id, line->product_id) == 0) {
            merge(&trade->lines[i], kind, line, error);
            return;
        }
    }
    if (trade->line_count == TRADE_MAX_LINES) {
        add_line_error(line, "", "too_many", "is one line too many: there can be 200", error);
        return;
    }
    trade->lines[trade->line_count++] = *line;
}
