#include "stockpilot/routes/route_table.h"

#include "stockpilot/handlers/handlers.h"

#define JSON "application/json"
#define KIB 1024

static const char *const product_list_query[] = { "search", "category", "lowStock", "sort",
                                                  "limit",  "cursor",   NULL };
static const char *const audit_query[] = { "table", "rowId", "actorId", "from",
                                           "to",    "limit", "cursor",  NULL };
static const char *const range_query[] = { "from", "to", NULL };
static const char *const report_query[] = { "from", "to", "by", NULL };
static const char *const page_query[] = { "limit", "cursor", NULL };
static const char *const notification_query[] = { "type", "isRead", "limit", "cursor", NULL };
static const char *const trade_query[] = { "from", "to", "productId", "limit", "cursor", NULL };
static const char *const entry_query[] = { "from", "to", "category", "limit", "cursor", NULL };
static const char *const threshold_query[] = { "threshold", NULL };

/* clang-format off */
static const struct route routes[] = {
    { "GET", "/dashboard", dashboard_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Show the figures of the dashboard" },

    { "GET", "/products", products_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, product_list_query, 0,
      "List products" },
    { "POST", "/products", products_create,
      PERMISSION_STAFF, BODY_JSON_OR_MULTIPART, 64 * KIB, JSON, NULL, 0,
      "Add a product" },
    { "GET", "/products/{productId}", products_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Show a product with its latest sales and purchases" },
    { "PATCH", "/products/{productId}", products_update,
      PERMISSION_STAFF, BODY_JSON_OR_MULTIPART, 64 * KIB, JSON, NULL, 0,
      "Change a product" },
    { "PUT", "/products/{productId}", products_update,
      PERMISSION_STAFF, BODY_JSON_OR_MULTIPART, 64 * KIB, JSON, NULL, 0,
      "Change a product (same as PATCH)" },
    { "DELETE", "/products/{productId}", products_delete,
      PERMISSION_ADMIN, BODY_NONE, 0, JSON, NULL, 0,
      "Archive a product" },
    { "POST", "/products/{productId}/image", images_upload,
      PERMISSION_STAFF, BODY_MULTIPART, 0, JSON, NULL, 0,
      "Replace a product's image" },

    { "GET", "/products/{productId}/movements", stock_movements,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, page_query, 0,
      "List a product's movements of stock" },
    { "POST", "/products/{productId}/movements", stock_adjust,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY,
      "Move stock by hand" },
    { "POST", "/products/{productId}/count", stock_count,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY,
      "Book a count of a product's stock" },
    { "POST", "/movements/{movementId}/reverse", stock_reverse,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY,
      "Undo a movement of stock" },

    { "GET", "/sales", sales_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, trade_query, 0,
      "List sales" },
    { "POST", "/sales", sales_create,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY,
      "Book a sale" },
    { "GET", "/sales/{saleId}", sales_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Show a sale" },
    { "GET", "/purchases", purchases_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, trade_query, 0,
      "List purchases" },
    { "POST", "/purchases", purchases_create,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY,
      "Book a purchase" },
    { "GET", "/purchases/{purchaseId}", purchases_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Show a purchase" },

    { "GET", "/users", users_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, page_query, 0,
      "List users" },
    { "GET", "/users/me", users_show_self,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Show one's own account" },
    { "PATCH", "/users/me", users_change_self,
      PERMISSION_VIEWER, BODY_JSON, 64 * KIB, JSON, NULL, 0,
      "Change one's own account" },

    { "GET", "/expenses", expenses_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, page_query, 0,
      "List expenses by category" },
    { "POST", "/expenses", expenses_create,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_KEY,
      "Book an expense" },
    { "GET", "/expenses/entries", expenses_entries,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, entry_query, 0,
      "List expenses entry by entry" },
    { "GET", "/expenses/{expenseId}", expenses_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Show an expense" },
    { "PATCH", "/expenses/{expenseId}", expenses_update,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, DEMANDS_VERSION,
      "Change an expense" },
    { "DELETE", "/expenses/{expenseId}", expenses_delete,
      PERMISSION_STAFF, BODY_NONE, 0, JSON, NULL, DEMANDS_VERSION,
      "Void an expense" },

    { "GET", "/expenses/summary", reports_expense_summary,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, range_query, 0,
      "Show what was spent in a time, by category" },

    { "GET", "/reports/sales", reports_sales,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, report_query, 0,
      "Show sales by day, week or month" },
    { "GET", "/reports/purchases", reports_purchases,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, report_query, 0,
      "Show purchases by day, week or month" },
    { "GET", "/reports/expenses", reports_expenses,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, report_query, 0,
      "Show expenses by day, week or month" },
    { "GET", "/reports/stock-value", reports_stock_value,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Show what the stock is worth" },

    { "GET", "/notifications", notifications_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, notification_query, 0,
      "List notifications" },
    { "POST", "/notifications", notifications_create,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL, 0,
      "Send a notification" },
    { "GET", "/notifications/unread-count", notifications_unread_count,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Count unread notifications" },
    { "POST", "/notifications/mark-all-read", notifications_mark_all_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Mark all notifications as read" },
    { "PUT", "/notifications/mark-all-read", notifications_mark_all_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Mark all notifications as read (same as POST)" },
    { "POST", "/notifications/check-low-stock", notifications_check_low_stock,
      PERMISSION_ADMIN, BODY_NONE, 0, JSON, threshold_query, 0,
      "Alert about products that are low on stock" },
    { "DELETE", "/notifications/read", notifications_delete_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Delete read notifications" },
    { "PATCH", "/notifications/{notificationId}/read", notifications_mark_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Mark a notification as read" },
    { "PUT", "/notifications/{notificationId}/read", notifications_mark_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Mark a notification as read (same as PATCH)" },
    { "DELETE", "/notifications/{notificationId}", notifications_delete,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Delete a notification" },

    { "GET", "/settings", settings_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL, 0,
      "Show the settings of the business" },
    { "GET", "/audit", audit_list,
      PERMISSION_ADMIN, BODY_NONE, 0, JSON, audit_query, 0,
      "List who changed what" },

    { "GET", "/healthz", health_live,
      PERMISSION_PUBLIC, BODY_NONE, 0, JSON, NULL, 0,
      "Say whether a worker is running" },
    { "GET", "/readyz", health_ready,
      PERMISSION_PUBLIC, BODY_NONE, 0, JSON, NULL, 0,
      "Say whether requests can be served" },
    { "GET", "/metrics", metrics_get,
      PERMISSION_PUBLIC, BODY_NONE, 0, "text/plain", NULL, 0,
      "Show the workers' metrics, on this host only" },
    { "GET", "/openapi.json", openapi_json_get,
      PERMISSION_PUBLIC, BODY_NONE, 0, JSON, NULL, 0,
      "Describe this API as OpenAPI" },
    { "GET", "/docs", openapi_docs_get,
      PERMISSION_PUBLIC, BODY_NONE, 0, "text/html", NULL, 0,
      "Show this description as a page" },
};
/* clang-format on */

const struct route *route_table(size_t *count)
{
    *count = sizeof routes / sizeof *routes;
    return routes;
}
