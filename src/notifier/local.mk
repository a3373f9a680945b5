sbin_PROGRAMS += stockpilot-notifier
stockpilot_notifier_SOURCES = src/notifier/main.c
stockpilot_notifier_LDADD = $(STOCKPILOT_LIBS)

libstockpilot_a_SOURCES += \
	src/notifier/backoff.c \
	src/notifier/backoff.h \
	src/notifier/delivery.c \
	src/notifier/delivery.h \
	src/notifier/destination.c \
	src/notifier/destination.h \
	src/notifier/destination_images.c \
	src/notifier/destination_sns.c \
	src/notifier/destination_user_pool.c \
	src/notifier/housekeeping.c \
	src/notifier/housekeeping.h \
	src/notifier/message_text.c \
	src/notifier/message_text.h \
	src/notifier/patience.c \
	src/notifier/patience.h \
	src/notifier/relay.c \
	src/notifier/relay.h \
	src/notifier/report.c \
	src/notifier/report.h \
	src/notifier/supervisor.c \
	src/notifier/supervisor.h \
	src/notifier/topics.c \
	src/notifier/topics.h \
	src/notifier/user_pool.c \
	src/notifier/user_pool.h
