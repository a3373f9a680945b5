/* handlers.h - one function for each row of the route table; the file is named after the resource.
 */
#ifndef STOCKPILOT_HANDLERS_HANDLERS_H
#define STOCKPILOT_HANDLERS_HANDLERS_H

#include "stockpilot/handlers/exchange.h"

handler dashboard_get;

handler products_list;
handler products_get;
handler products_create;
handler products_update;
handler products_delete;
handler images_upload;
handler image_upload_begin;
handler image_upload_confirm;

handler sales_list;
handler sales_create;
handler sales_get;
handler purchases_list;
handler purchases_create;
handler purchases_get;

handler stock_movements;
handler stock_adjust;
handler stock_count;
handler stock_reverse;

handler users_change_self;
handler users_list;
handler users_show_self;
handler users_invite;
handler users_get;
handler users_change;
handler expenses_list;
handler expenses_create;
handler expenses_entries;
handler expenses_get;
handler expenses_update;
handler expenses_delete;

handler reports_sales;
handler reports_purchases;
handler reports_expenses;
handler reports_stock_value;
handler reports_expense_summary;

handler product_import;

handler notifications_list;
handler notifications_create;
handler notifications_unread_count;
handler notifications_mark_read;
handler notifications_mark_all_read;
handler notifications_delete;
handler notifications_delete_read;
handler notifications_check_low_stock;

handler settings_get;
handler audit_list;

handler health_live;
handler health_ready;
handler metrics_get;

handler openapi_json_get;
handler openapi_docs_get;

#endif
