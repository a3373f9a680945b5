libstockpilot_a_SOURCES += src/memory/arena.c include/stockpilot/memory/arena.h
