libstockpilot_a_SOURCES += \
	include/stockpilot/routes/route_match.h \
	include/stockpilot/routes/route_table.h \
	src/routes/route_match.c \
	src/routes/route_table.c
