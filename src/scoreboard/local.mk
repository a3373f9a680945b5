libstockpilot_a_SOURCES += \
	include/stockpilot/scoreboard/scoreboard.h \
	src/scoreboard/exposition.c \
	src/scoreboard/scoreboard.c
