check_PROGRAMS += tests/unit/test_scoreboard
tests_unit_test_scoreboard_SOURCES = tests/unit/test_scoreboard.c tests/unit/run_suite.h \
	$(CHILDREN_SOURCES) $(EXPOSITION_READER_SOURCES)
tests_unit_test_scoreboard_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_scoreboard
