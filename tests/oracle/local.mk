# Our verifier beside those of others: tests/oracle/oracle.test.mjs builds and drives it.
check_PROGRAMS += tests/oracle/token_oracle
tests_oracle_token_oracle_SOURCES = tests/oracle/token_oracle.c
tests_oracle_token_oracle_LDADD = $(STOCKPILOT_LIBS)
EXTRA_DIST += \
	tests/oracle/oracle.test.mjs \
	tests/oracle/seeded_random.mjs \
	tests/oracle/token_mutants.mjs
