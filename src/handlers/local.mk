include src/handlers/openapi.mk

libstockpilot_a_SOURCES += \
	include/stockpilot/handlers/exchange.h \
	include/stockpilot/handlers/handlers.h \
	include/stockpilot/handlers/page.h \
	src/handlers/audit.c \
	src/handlers/dashboard.c \
	src/handlers/exchange.c \
	src/handlers/expenses.c \
	src/handlers/health.c \
	src/handlers/image_upload.c \
	src/handlers/metrics.c \
	src/handlers/notifications.c \
	src/handlers/openapi.c \
	src/handlers/page.c \
	src/handlers/product_answer.c \
	src/handlers/product_answer.h \
	src/handlers/product_import.c \
	src/handlers/product_input.c \
	src/handlers/product_input.h \
	src/handlers/product_list.c \
	src/handlers/products.c \
	src/handlers/purchases.c \
	src/handlers/refusal.c \
	src/handlers/refusal.h \
	src/handlers/sales.c \
	src/handlers/stock.c \
	src/handlers/trade_document.c \
	src/handlers/trade_document.h \
	src/handlers/reports.c \
	src/handlers/settings.c \
	src/handlers/user_administration.c \
	src/handlers/users.c
