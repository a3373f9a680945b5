check_PROGRAMS += tests/unit/test_migration_plan
tests_unit_test_migration_plan_SOURCES = tests/unit/test_migration_plan.c
tests_unit_test_migration_plan_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_migration_plan
