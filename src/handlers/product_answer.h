/* product_answer.h - products as handlers answer them: with the address of their image. */
#ifndef STOCKPILOT_SRC_HANDLERS_PRODUCT_ANSWER_H
#define STOCKPILOT_SRC_HANDLERS_PRODUCT_ANSWER_H

#include "stockpilot/handlers/exchange.h"
#include "stockpilot/json/product_json.h"

/* Returns how many were written before the answer was full (page.h). */
size_t product_answer_write_list(const struct exchange *exchange, struct json_writer *json,
                                 const struct product *products, size_t count);

/* Its version as a number, for the entity tag. */
int64_t product_answer_version(const struct product *product);

/* The whole answer for one product, its version for the entity tag included. */
MUST_CHECK enum error_kind product_answer_one(struct exchange *exchange, int status,
                                              const struct product *product);

/* After ERROR_STALE: puts the product as it is now, and its entity tag, on the answer. Returns
 * ERROR_STALE, or the error that reading it met. */
MUST_CHECK enum error_kind product_answer_stale(struct exchange *exchange, const char *product_id);

#endif
