#include "stockpilot/routes/route_table.h"

#include "stockpilot/handlers/handlers.h"

#define JSON "application/json"
#define KIB 1024

static const char *const product_list_query[] = { "search", "sku",   "category", "lowStock",
                                                  "sort",   "limit", "cursor",   NULL };
static const char *const audit_query[] = { "table", "rowId", "actorId", "from",
                                           "to",    "limit", "cursor",  NULL };
static const char *const import_query[] = { "dryRun", "partial", NULL };
static const char *const range_query[] = { "from", "to", NULL };
static const char *const report_query[] = { "from", "to", "by", NULL };
static const char *const page_query[] = { "limit", "cursor", NULL };
static const char *const notification_query[] = { "type", "isRead", "limit", "cursor", NULL };
static const char *const trade_query[] = { "from", "to", "productId", "limit", "cursor", NULL };
static const char *const entry_query[] = { "from", "to", "category", "limit", "cursor", NULL };
static const char *const threshold_query[] = { "threshold", NULL };

/* The columns of lists as CSV. */
static const char *const product_columns[] = {
    "productId", "sku",    "name",        "category", "price",   "stockQuantity", "minimumStock",
    "unitsSold", "rating", "description", "imageUrl", "version", "updatedAt",     NULL
};
static const char *const movement_columns[] = {
    "movementId", "timestamp",  "type",       "quantity",   "quantityAfter", "reason",    "note",
    "saleId",     "purchaseId", "reversalOf", "reversedBy", "user.name",     "productId", NULL
};
static const char *const sale_columns[] = { "saleId",
                                            "timestamp",
                                            "note",
                                            "totalAmount",
                                            "user.name",
                                            "lines.productId",
                                            "lines.productName",
                                            "lines.quantity",
                                            "lines.unitPrice",
                                            "lines.totalAmount",
                                            "lines.movementId",
                                            "lines.reversedBy",
                                            NULL };
static const char *const purchase_columns[] = { "purchaseId",       "timestamp",
                                                "supplier",         "note",
                                                "totalCost",        "user.name",
                                                "lines.productId",  "lines.productName",
                                                "lines.quantity",   "lines.unitCost",
                                                "lines.totalCost",  "lines.movementId",
                                                "lines.reversedBy", NULL };
static const char *const user_columns[] = { "userId",  "name",        "email",
                                            "role",    "roleInForce", "disabled",
                                            "invited", "lastSeenAt",  NULL };
static const char *const expense_columns[] = {
    "expenseByCategoryId", "expenseSummaryId", "date", "category", "amount", NULL
};
static const char *const entry_columns[] = { "expenseId", "date",      "category",
                                             "amount",    "note",      "version",
                                             "createdAt", "updatedAt", NULL };
static const char *const notification_columns[] = { "notificationId", "createdAt", "type",
                                                    "title",          "message",   "isRead",
                                                    "userId",         "user.name", NULL };
static const char *const audit_columns[] = { "auditId",   "timestamp", "actorId", "user.name",
                                             "requestId", "table",     "rowId",   "action",
                                             "before",    "after",     NULL };

/* clang-format off */
static const struct route routes[] = {
    { "GET", "/dashboard", dashboard_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Show the figures of the dashboard" },

    { "GET", "/products", products_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, product_list_query, 0, product_columns,
      "List products" },
    { "POST", "/products", products_create,
      PERMISSION_STAFF, BODY_JSON_OR_MULTIPART, 64 * KIB, JSON, NULL, 0, NULL,
      "Add a product" },
    { "GET", "/products/{productId}", products_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Show a product with its latest sales and purchases" },
    { "PATCH", "/products/{productId}", products_update,
      PERMISSION_STAFF, BODY_JSON_OR_MULTIPART, 64 * KIB, JSON, NULL, 0, NULL,
      "Change a product" },
    { "PUT", "/products/{productId}", products_update,
      PERMISSION_STAFF, BODY_JSON_OR_MULTIPART, 64 * KIB, JSON, NULL, 0, NULL,
      "Change a product (same as PATCH)" },
    { "DELETE", "/products/{productId}", products_delete,
      PERMISSION_ADMIN, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Archive a product" },
    { "POST", "/products/{productId}/image", images_upload,
      PERMISSION_STAFF, BODY_MULTIPART, 0, JSON, NULL, 0, NULL,
      "Replace a product's image" },
    { "POST", "/products/{productId}/image-upload", image_upload_begin,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, 0, NULL,
      "Begin an upload of an image straight to S3" },
    { "POST", "/products/{productId}/image-upload/{uploadId}/confirm", image_upload_confirm,
      PERMISSION_STAFF, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Show the uploaded image" },

    { "GET", "/products/{productId}/movements", stock_movements,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, page_query, 0, movement_columns,
      "List a product's movements of stock" },
    { "POST", "/products/{productId}/movements", stock_adjust,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY, NULL,
      "Move stock by hand" },
    { "POST", "/products/{productId}/count", stock_count,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY, NULL,
      "Book a count of a product's stock" },
    { "POST", "/movements/{movementId}/reverse", stock_reverse,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY, NULL,
      "Undo a movement of stock" },

    { "GET", "/sales", sales_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, trade_query, 0, sale_columns,
      "List sales" },
    { "POST", "/sales", sales_create,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY, NULL,
      "Book a sale" },
    { "GET", "/sales/{saleId}", sales_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Show a sale" },
    { "GET", "/purchases", purchases_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, trade_query, 0, purchase_columns,
      "List purchases" },
    { "POST", "/purchases", purchases_create,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY, NULL,
      "Book a purchase" },
    { "GET", "/purchases/{purchaseId}", purchases_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Show a purchase" },

    { "GET", "/users", users_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, page_query, 0, user_columns,
      "List users" },
    { "POST", "/users", users_invite,
      PERMISSION_ADMIN, BODY_JSON, 64 * KIB, JSON, NULL, 0, NULL,
      "Invite somebody" },
    { "GET", "/users/me", users_show_self,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Show one's own account" },
    { "PATCH", "/users/me", users_change_self,
      PERMISSION_VIEWER, BODY_JSON, 64 * KIB, JSON, NULL, 0, NULL,
      "Change one's own account" },
    { "GET", "/users/{userId}", users_get,
      PERMISSION_ADMIN, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Show a user with role and state" },
    { "PATCH", "/users/{userId}", users_change,
      PERMISSION_ADMIN, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_VERSION, NULL,
      "Change a user's role, name or access" },

    { "GET", "/expenses", expenses_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, page_query, 0, expense_columns,
      "List expenses by category" },
    { "POST", "/expenses", expenses_create,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY, NULL,
      "Book an expense" },
    { "GET", "/expenses/entries", expenses_entries,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, entry_query, 0, entry_columns,
      "List expenses entry by entry" },
    { "GET", "/expenses/{expenseId}", expenses_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Show an expense" },
    { "PATCH", "/expenses/{expenseId}", expenses_update,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_VERSION, NULL,
      "Change an expense" },
    { "DELETE", "/expenses/{expenseId}", expenses_delete,
      PERMISSION_STAFF, BODY_NONE, 0, JSON, NULL, DEMANDS_VERSION, NULL,
      "Void an expense" },

    { "GET", "/expenses/summary", reports_expense_summary,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, range_query, 0, NULL,
      "Show what was spent in a time, by category" },

    { "GET", "/reports/sales", reports_sales,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, report_query, 0, NULL,
      "Show sales by day, week or month" },
    { "GET", "/reports/purchases", reports_purchases,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, report_query, 0, NULL,
      "Show purchases by day, week or month" },
    { "GET", "/reports/expenses", reports_expenses,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, report_query, 0, NULL,
      "Show expenses by day, week or month" },
    { "GET", "/reports/stock-value", reports_stock_value,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Show what the stock is worth" },

    { "POST", "/imports/products", product_import,
      PERMISSION_ADMIN, BODY_CSV, 5 * KIB * KIB, JSON, import_query, DEMANDS_TIME, NULL,
      "Import products" },

    { "GET", "/notifications", notifications_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, notification_query, 0, notification_columns,
      "List notifications" },
    { "POST", "/notifications", notifications_create,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, 0, NULL,
      "Send a notification" },
    { "GET", "/notifications/unread-count", notifications_unread_count,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Count unread notifications" },
    { "POST", "/notifications/mark-all-read", notifications_mark_all_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Mark all notifications as read" },
    { "PUT", "/notifications/mark-all-read", notifications_mark_all_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Mark all notifications as read (same as POST)" },
    { "POST", "/notifications/check-low-stock", notifications_check_low_stock,
      PERMISSION_ADMIN, BODY_NONE, 0, JSON, threshold_query, 0, NULL,
      "Alert about products that are low on stock" },
    { "DELETE", "/notifications/read", notifications_delete_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Delete read notifications" },
    { "PATCH", "/notifications/{notificationId}/read", notifications_mark_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Mark a notification as read" },
    { "PUT", "/notifications/{notificationId}/read", notifications_mark_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Mark a notification as read (same as PATCH)" },
    { "DELETE", "/notifications/{notificationId}", notifications_delete,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Delete a notification" },

    { "GET", "/settings", settings_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Show the settings of the business" },
    { "GET", "/audit", audit_list,
      PERMISSION_ADMIN, BODY_NONE, 0, JSON, audit_query, 0, audit_columns,
      "List who changed what" },

    { "GET", "/healthz", health_live,
      PERMISSION_PUBLIC, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Say whether a worker is running" },
    { "GET", "/readyz", health_ready,
      PERMISSION_PUBLIC, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Say whether requests can be served" },
    { "GET", "/metrics", metrics_get,
      PERMISSION_PUBLIC, BODY_NONE, 0, "text/plain", NULL, 0, NULL,
      "Show the workers' metrics, on this host only" },
    { "GET", "/openapi.json", openapi_json_get,
      PERMISSION_PUBLIC, BODY_NONE, 0, JSON, NULL, 0, NULL,
      "Describe this API as OpenAPI" },
    { "GET", "/docs", openapi_docs_get,
      PERMISSION_PUBLIC, BODY_NONE, 0, "text/html", NULL, 0, NULL,
      "Show this description as a page" },
};
/* clang-format on */

const struct route *route_table(size_t *count)
{
    *count = sizeof routes / sizeof *routes;
    return routes;
}
