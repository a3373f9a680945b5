libstockpilot_a_SOURCES += \
	include/stockpilot/domain/field_rule.h \
	include/stockpilot/domain/notification.h \
	include/stockpilot/domain/product.h \
	include/stockpilot/domain/report.h \
	include/stockpilot/domain/summary.h \
	include/stockpilot/domain/user.h \
	src/domain/field_rule.c \
	src/domain/notification.c \
	src/domain/product.c
