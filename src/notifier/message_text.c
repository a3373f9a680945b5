#include "message_text.h"

#include "stockpilot/text/buffer.h"

#define BODY_LIMIT (256u << 10) /* more SNS does not take */

static const char farewell[] =
    "\n--\nStockPilot sends you this because you asked for it, or subscribed to the topic. To have "
    "these mails once a day or\nnot at all, set alertDelivery of your account (PATCH /users/me) to "
    "\"digest\" or \"off\"; the link below ends the subscription.\n";

static void add_fact(struct buffer *body, const char *name, const char *value)
{
    if (value != NULL) {
        buffer_printf(body, "%s: %s\n", name, value);
    }
}

const char *message_text_body(struct arena *arena, const struct outbox_message *message)
{
    struct buffer body;
    buffer_init(&body, arena, BODY_LIMIT);
    buffer_append_text(&body, message->message);
    buffer_append_text(&body, "\n\n");
    add_fact(&body, "Product", message->product_name);
    add_fact(&body, "SKU", message->sku);
    add_fact(&body, "In stock", message->stock_quantity);
    add_fact(&body, "Minimum", message->minimum_stock);
    add_fact(&body, "Time", message->happened_at);
    buffer_append(&body, farewell, sizeof farewell); /* with its NUL */
    return buffer_failed(&body) ? NULL : body.bytes;
}
