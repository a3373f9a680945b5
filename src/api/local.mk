sbin_PROGRAMS += stockpilot-api
stockpilot_api_SOURCES = src/api/main.c
stockpilot_api_LDADD = $(STOCKPILOT_LIBS)

libstockpilot_a_SOURCES += \
	include/stockpilot/api/dispatch.h \
	include/stockpilot/api/worker.h \
	src/api/activity.c \
	src/api/activity.h \
	src/api/csv_export.c \
	src/api/csv_export.h \
	src/api/dispatch.c \
	src/api/fingerprint.c \
	src/api/fingerprint.h \
	src/api/preconditions.c \
	src/api/preconditions.h \
	src/api/request_log.c \
	src/api/request_log.h \
	src/api/stop_signal.c \
	src/api/stop_signal.h \
	src/api/worker.c
