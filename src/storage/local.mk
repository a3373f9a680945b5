libstockpilot_a_SOURCES += \
	include/stockpilot/storage/image_storage.h \
	src/storage/image_directory.c \
	src/storage/image_kinds.h \
	src/storage/image_s3.c \
	src/storage/image_settings.c \
	src/storage/image_storage.c
