check_PROGRAMS += tests/unit/test_restart_pause tests/unit/test_scaling tests/unit/test_roster
tests_unit_test_restart_pause_SOURCES = tests/unit/test_restart_pause.c tests/unit/run_suite.h
tests_unit_test_restart_pause_LDADD = $(UNIT_LDADD)
tests_unit_test_scaling_SOURCES = tests/unit/test_scaling.c tests/unit/run_suite.h
tests_unit_test_scaling_LDADD = $(UNIT_LDADD)
tests_unit_test_roster_SOURCES = tests/unit/test_roster.c tests/unit/run_suite.h
tests_unit_test_roster_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_restart_pause tests/unit/test_scaling tests/unit/test_roster
