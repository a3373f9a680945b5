/* message_text.h - an outbox message as an e-mail's text. */
#ifndef STOCKPILOT_SRC_NOTIFIER_MESSAGE_TEXT_H
#define STOCKPILOT_SRC_NOTIFIER_MESSAGE_TEXT_H

#include "stockpilot/memory/arena.h"
#include "stockpilot/store/outbox_store.h"

/* The message, the facts a line each, when it happened, and how to have no more of them. NULL
 * without memory. Lives as long as the arena. */
MUST_CHECK const char *message_text_body(struct arena *arena, const struct outbox_message *message);

#endif
