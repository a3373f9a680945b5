libstockpilot_a_SOURCES += \
	include/stockpilot/metrics/metrics.h \
	src/metrics/exposition.c \
	src/metrics/metrics.c \
	src/metrics/statuses.h
