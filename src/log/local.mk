libstockpilot_a_SOURCES += \
	include/stockpilot/log/log.h \
	include/stockpilot/log/metric_line.h \
	src/log/log.c \
	src/log/metric_line.c
