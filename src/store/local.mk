include src/store/migrations.mk

libstockpilot_a_SOURCES += \
	include/stockpilot/store/notifications_store.h \
	include/stockpilot/store/products_store.h \
	include/stockpilot/store/reports_store.h \
	include/stockpilot/store/audit_store.h \
	include/stockpilot/store/settings_store.h \
	include/stockpilot/store/store.h \
	include/stockpilot/store/summaries_store.h \
	include/stockpilot/store/users_store.h \
	src/store/audit_store.c \
	src/store/connection.c \
	src/store/connection.h \
	src/store/database_hosts.c \
	src/store/database_hosts.h \
	src/store/notifications_store.c \
	src/store/pipeline.c \
	src/store/pipeline.h \
	src/store/product_lists.c \
	src/store/product_row.c \
	src/store/product_row.h \
	src/store/products_store.c \
	src/store/reports_store.c \
	src/store/schema_store.c \
	src/store/settings_store.c \
	src/store/sqlstate.c \
	src/store/sqlstate.h \
	src/store/summaries_store.c \
	src/store/users_store.c
