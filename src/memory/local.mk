libstockpilot_a_SOURCES += \
	include/stockpilot/memory/arena.h \
	include/stockpilot/memory/shared_object.h \
	src/memory/arena.c \
	src/memory/shared_object.c
