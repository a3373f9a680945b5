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
static const char *const threshold_query[] = { "threshold", NULL };

/* clang-format off */
static const struct route routes[] = {
    { "GET", "/dashboard", dashboard_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Show the figures of the dashboard" },

    { "GET", "/products", products_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, product_list_query,
      "List products" },
    { "POST", "/products", products_create,
      PERMISSION_STAFF, BODY_JSON_OR_MULTIPART, 64 * KIB, JSON, NULL,
      "Add a product" },
    { "GET", "/products/{productId}", products_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Show a product with its latest sales and purchases" },
    { "PATCH", "/products/{productId}", products_update,
      PERMISSION_STAFF, BODY_JSON_OR_MULTIPART, 64 * KIB, JSON, NULL,
      "Change a product" },
    { "PUT", "/products/{productId}", products_update,
      PERMISSION_STAFF, BODY_JSON_OR_MULTIPART, 64 * KIB, JSON, NULL,
      "Change a product (same as PATCH)" },
    { "DELETE", "/products/{productId}", products_delete,
      PERMISSION_ADMIN, BODY_NONE, 0, JSON, NULL,
      "Archive a product" },
    { "POST", "/products/{productId}/image", images_upload,
      PERMISSION_STAFF, BODY_MULTIPART, 0, JSON, NULL,
      "Replace a product's image" },

    { "GET", "/users", users_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, page_query,
      "List users" },

    { "GET", "/expenses", expenses_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, page_query,
      "List expenses by category" },

    { "GET", "/expenses/summary", reports_expense_summary,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, range_query,
      "Show what was spent in a time, by category" },

    { "GET", "/reports/sales", reports_sales,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, report_query,
      "Show sales by day, week or month" },
    { "GET", "/reports/purchases", reports_purchases,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, report_query,
      "Show purchases by day, week or month" },
    { "GET", "/reports/expenses", reports_expenses,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, report_query,
      "Show expenses by day, week or month" },
    { "GET", "/reports/stock-value", reports_stock_value,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Show what the stock is worth" },

    { "GET", "/notifications", notifications_list,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, notification_query,
      "List notifications" },
    { "POST", "/notifications", notifications_create,
      PERMISSION_STAFF, BODY_JSON, 64 * KIB, JSON, NULL,
      "Send a notification" },
    { "GET", "/notifications/unread-count", notifications_unread_count,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Count unread notifications" },
    { "POST", "/notifications/mark-all-read", notifications_mark_all_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Mark all notifications as read" },
    { "PUT", "/notifications/mark-all-read", notifications_mark_all_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Mark all notifications as read (same as POST)" },
    { "POST", "/notifications/check-low-stock", notifications_check_low_stock,
      PERMISSION_ADMIN, BODY_NONE, 0, JSON, threshold_query,
      "Alert about products that are low on stock" },
    { "DELETE", "/notifications/read", notifications_delete_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Delete read notifications" },
    { "PATCH", "/notifications/{notificationId}/read", notifications_mark_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Mark a notification as read" },
    { "PUT", "/notifications/{notificationId}/read", notifications_mark_read,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Mark a notification as read (same as PATCH)" },
    { "DELETE", "/notifications/{notificationId}", notifications_delete,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Delete a notification" },

    { "GET", "/settings", settings_get,
      PERMISSION_VIEWER, BODY_NONE, 0, JSON, NULL,
      "Show the settings of the business" },
    { "GET", "/audit", audit_list,
      PERMISSION_ADMIN, BODY_NONE, 0, JSON, audit_query,
      "List who changed what" },

    { "GET", "/healthz", health_live,
      PERMISSION_PUBLIC, BODY_NONE, 0, JSON, NULL,
      "Say whether a worker is running" },
    { "GET", "/readyz", health_ready,
      PERMISSION_PUBLIC, BODY_NONE, 0, JSON, NULL,
      "Say whether requests can be served" },
    { "GET", "/metrics", metrics_get,
      PERMISSION_PUBLIC, BODY_NONE, 0, "text/plain", NULL,
      "Show the workers' metrics, on this host only" },
    { "GET", "/openapi.json", openapi_json_get,
      PERMISSION_PUBLIC, BODY_NONE, 0, JSON, NULL,
      "Describe this API as OpenAPI" },
    { "GET", "/docs", openapi_docs_get,
      PERMISSION_PUBLIC, BODY_NONE, 0, "text/html", NULL,
      "Show this description as a page" },
};
/* clang-format on */

const struct route *route_table(size_t *count)
{
    *count = sizeof routes / sizeof *routes;
    return routes;
}
