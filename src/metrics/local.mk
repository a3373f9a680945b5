libstockpilot_a_SOURCES += \
	include/stockpilot/metrics/metrics.h \
	include/stockpilot/metrics/totals.h \
	src/metrics/exposition.c \
	src/metrics/metrics.c \
	src/metrics/statuses.h \
	src/metrics/totals.c
