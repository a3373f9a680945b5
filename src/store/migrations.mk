# Migrations, and the schema's version as the names in sql/migrations have it.
libstockpilot_a_SOURCES += \
	include/stockpilot/store/migration_files.h src/store/migration_files.c \
	include/stockpilot/store/migration_plan.h src/store/migration_plan.c \
	include/stockpilot/store/migrations.h src/store/migrations.c \
	include/stockpilot/store/schema_version.h
nodist_libstockpilot_a_SOURCES += src/store/schema_version.c
CLEANFILES += src/store/schema_version.c

src/store/schema_version.c: sql/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/store && for file in $(dist_migrations_DATA); do \
		basename "$$file"; done | sort | sed -n '$$ { s/^0*\([0-9]*\)_.*/\1/; p; }' | { \
		read -r version && printf '%s\n' '#include "stockpilot/store/schema_version.h"' '' \
			'int schema_version_expected(void)' '{' "    return $$version;" '}'; } >$@.tmp && \
		mv $@.tmp $@
