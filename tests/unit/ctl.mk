# stockpilotctl's own sources are in no library.
check_PROGRAMS += tests/unit/test_pool_status
tests_unit_test_pool_status_SOURCES = tests/unit/test_pool_status.c tests/unit/run_suite.h \
	$(CHILDREN_SOURCES) src/ctl/pool_access.c src/ctl/pool_status.c
tests_unit_test_pool_status_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_pool_status
