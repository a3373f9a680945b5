libstockpilot_a_SOURCES += src/clock/clock.c include/stockpilot/clock/clock.h
