# Of several modules' tests: those that need other processes.
CHILDREN_SOURCES = tests/unit/children.c tests/unit/children.h

check_PROGRAMS += tests/unit/test_arena tests/unit/test_shared_object
tests_unit_test_arena_SOURCES = tests/unit/test_arena.c tests/unit/run_suite.h
tests_unit_test_arena_LDADD = $(UNIT_LDADD)
tests_unit_test_shared_object_SOURCES = \
	tests/unit/test_shared_object.c tests/unit/run_suite.h $(CHILDREN_SOURCES)
tests_unit_test_shared_object_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_arena tests/unit/test_shared_object
