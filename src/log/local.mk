libstockpilot_a_SOURCES += src/log/log.c include/stockpilot/log/log.h
