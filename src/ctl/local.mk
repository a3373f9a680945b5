sbin_PROGRAMS += stockpilotctl
stockpilotctl_SOURCES = \
	src/ctl/check_config.c \
	src/ctl/command.h \
	src/ctl/database_access.c \
	src/ctl/database_access.h \
	src/ctl/import.c \
	src/ctl/main.c \
	src/ctl/migrate.c \
	src/ctl/outbox.c \
	src/ctl/pool_access.c \
	src/ctl/pool_access.h \
	src/ctl/pool_status.c \
	src/ctl/pool_status.h \
	src/ctl/reload.c \
	src/ctl/routes.c \
	src/ctl/scale.c \
	src/ctl/settings.c \
	src/ctl/status.c \
	src/ctl/verify.c
stockpilotctl_LDADD = $(STOCKPILOT_LIBS)

TESTS += tests/ctl/test_stockpilotctl.py tests/ctl/test_migrate.py tests/ctl/test_import.py
EXTRA_DIST += tests/ctl/test_stockpilotctl.py tests/ctl/test_migrate.py tests/ctl/test_import.py \
	tests/ctl/former_schema.sql
