/*
 * notifications_store.h - messages inside the application, as request->actor_id sees them: the
 * user's own and those for everyone, without what this user has deleted. Read state is the user's
 * own.
 */
#ifndef STOCKPILOT_STORE_NOTIFICATIONS_STORE_H
#define STOCKPILOT_STORE_NOTIFICATIONS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/domain/notification.h"
#include "stockpilot/store/store.h"

struct notification_query {
    const char *type;             /* NULL: any */
    const char *is_read;          /* "true", "false"; NULL: either */
    const char *after_created_at; /* both NULL: from the start */
    const char *after_id;
    int64_t limit;
};

struct notification_page {
    size_t count;
    const struct notification *items;
    bool more;
};

/* Newest first. */
MUST_CHECK enum error_kind notifications_store_list(const struct store_request *request,
                                                    const struct notification_query *query,
                                                    struct notification_page *page);

/* *count: decimal text. */
MUST_CHECK enum error_kind notifications_store_unread_count(const struct store_request *request,
                                                            const char **count);

MUST_CHECK enum error_kind notifications_store_create(const struct store_request *request,
                                                      const struct new_notification *input,
                                                      struct notification *notification);

/* ERROR_NOT_FOUND when this user has no such notification. */
MUST_CHECK enum error_kind notifications_store_mark_read(const struct store_request *request,
                                                         const char *notification_id,
                                                         struct notification *notification);

MUST_CHECK enum error_kind notifications_store_mark_all_read(const struct store_request *request);

/* A notification for everyone is only taken off this user's list. ERROR_NOT_FOUND. */
MUST_CHECK enum error_kind notifications_store_delete(const struct store_request *request,
                                                      const char *notification_id);

/* *count: decimal text. */
MUST_CHECK enum error_kind notifications_store_delete_read(const struct store_request *request,
                                                           const char **count);

/* threshold: decimal text, or NULL for each product's own minimum. The page holds the alerts made
 * now. */
MUST_CHECK enum error_kind notifications_store_check_low_stock(const struct store_request *request,
                                                               const char *threshold,
                                                               struct notification_page *page);

#endif
