libstockpilot_a_SOURCES += \
	include/stockpilot/parameters/parameters.h src/parameters/parameters.c \
	include/stockpilot/parameters/snapshot.h src/parameters/snapshot.c
