libstockpilot_a_SOURCES += \
	include/stockpilot/fastcgi/server.h \
	src/fastcgi/connection.h \
	src/fastcgi/exchange.c \
	src/fastcgi/exchange.h \
	src/fastcgi/gated_read.c \
	src/fastcgi/gated_read.h \
	src/fastcgi/held_write.c \
	src/fastcgi/held_write.h \
	src/fastcgi/pass_on.c \
	src/fastcgi/receive.c \
	src/fastcgi/record_gate.c \
	src/fastcgi/record_gate.h \
	src/fastcgi/send.c \
	src/fastcgi/server.c
