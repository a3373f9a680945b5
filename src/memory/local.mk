libstockpilot_a_SOURCES += \
	include/stockpilot/memory/arena.h \
	include/stockpilot/memory/private_process.h \
	include/stockpilot/memory/shared_object.h \
	src/memory/arena.c \
	src/memory/private_process.c \
	src/memory/shared_object.c
