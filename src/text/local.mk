libstockpilot_a_SOURCES += \
	src/text/base64url.c include/stockpilot/text/base64url.h \
	src/text/buffer.c include/stockpilot/text/buffer.h \
	src/text/csv_read.c include/stockpilot/text/csv_read.h \
	src/text/decimal.c include/stockpilot/text/decimal.h \
	src/text/hash64.c include/stockpilot/text/hash64.h \
	src/text/iso8601.c include/stockpilot/text/iso8601.h \
	src/text/utf8.c include/stockpilot/text/utf8.h \
	src/text/uuid.c include/stockpilot/text/uuid.h
