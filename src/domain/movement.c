#include "stockpilot/domain/movement.h"

#include "stockpilot/domain/product.h"

/* "correction" is not among them: that is a stock typed into the product's form. */
static const char *const reasons[] = { "damage", "expiry", "loss",  "theft", "found",
                                       "return", "sample", "other", NULL };

/* clang-format off */
static const struct field_rule adjustment[] = {
    { "quantity", FIELD_INTEGER, ADJUSTMENT_QUANTITY, offsetof(struct new_adjustment, quantity), false,
      -PRODUCT_MAX_QUANTITY, PRODUCT_MAX_QUANTITY, 0, NULL },
    { "reason", FIELD_CHOICE, ADJUSTMENT_REASON, offsetof(struct new_adjustment, reason), false,
      0, 0, 0, reasons },
    { "note", FIELD_TEXT, ADJUSTMENT_NOTE, offsetof(struct new_adjustment, note), true,
      0, 1000, 0, NULL },
};

static const struct field_rule counting[] = {
    { "countedQuantity", FIELD_INTEGER, COUNT_COUNTED, offsetof(struct new_count, counted), false,
      0, PRODUCT_MAX_QUANTITY, 0, NULL },
    { "expectedQuantity", FIELD_INTEGER, COUNT_EXPECTED, offsetof(struct new_count, expected), false,
      0, PRODUCT_MAX_QUANTITY, 0, NULL },
    { "countedAt", FIELD_INSTANT, COUNT_AT, offsetof(struct new_count, counted_at), true,
      0, 0, 0, NULL },
    { "note", FIELD_TEXT, COUNT_NOTE, offsetof(struct new_count, note), true, 0, 1000, 0, NULL },
};

static const struct field_rule reversal[] = {
    { "note", FIELD_TEXT, REVERSAL_NOTE, offsetof(struct new_reversal, note), true,
      0, 1000, 0, NULL },
};
/* clang-format on */

const struct field_rule *adjustment_rules(size_t *count)
{
    *count = sizeof adjustment / sizeof *adjustment;
    return adjustment;
}

const struct field_rule *count_rules(size_t *count)
{
    *count = sizeof counting / sizeof *counting;
    return counting;
}

const struct field_rule *reversal_rules(size_t *count)
{
    *count = sizeof reversal / sizeof *reversal;
    return reversal;
}
