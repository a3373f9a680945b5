libstockpilot_a_SOURCES += \
	include/stockpilot/domain/expense.h \
	include/stockpilot/domain/field_rule.h \
	include/stockpilot/domain/image_upload.h \
	include/stockpilot/domain/movement.h \
	include/stockpilot/domain/notification.h \
	include/stockpilot/domain/product.h \
	include/stockpilot/domain/refusal.h \
	include/stockpilot/domain/report.h \
	include/stockpilot/domain/summary.h \
	include/stockpilot/domain/trade.h \
	include/stockpilot/domain/user.h \
	src/domain/expense.c \
	src/domain/field_rule.c \
	src/domain/image_upload.c \
	src/domain/movement.c \
	src/domain/notification.c \
	src/domain/product.c \
	src/domain/trade.c \
	src/domain/user.c
