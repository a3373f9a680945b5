libstockpilot_a_SOURCES += src/error/error.c include/stockpilot/error/error.h
