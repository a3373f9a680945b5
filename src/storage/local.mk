libstockpilot_a_SOURCES += \
	include/stockpilot/storage/image_storage.h \
	src/storage/image_directory.c \
	src/storage/image_storage.c
