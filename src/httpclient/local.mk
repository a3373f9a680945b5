libstockpilot_a_SOURCES += \
	src/httpclient/httpclient.c \
	include/stockpilot/httpclient/httpclient.h
