sbin_PROGRAMS += stockpilot-pool
stockpilot_pool_SOURCES = src/pool/main.c
stockpilot_pool_LDADD = $(STOCKPILOT_LIBS)

libstockpilot_a_SOURCES += \
	include/stockpilot/pool/exchange.h \
	include/stockpilot/pool/restart_pause.h \
	include/stockpilot/pool/scaling.h \
	src/pool/exchange.c \
	src/pool/pool.c \
	src/pool/pool.h \
	src/pool/reload.c \
	src/pool/report.c \
	src/pool/report.h \
	src/pool/restart_pause.c \
	src/pool/roster.c \
	src/pool/roster.h \
	src/pool/scaling.c \
	src/pool/spawn.c \
	src/pool/spawn.h \
	src/pool/workers.c
