# Programs that need a real PostgreSQL. They all run inside one test, tests/store/run_all, on one private
# cluster with a fresh database each: append yours to STORE_TESTS.
STORE_TESTS = tests/store/test_migrations tests/store/test_outbox_store tests/store/test_pipeline \
	tests/store/test_products_store tests/store/test_trade_store

check_PROGRAMS += $(STORE_TESTS)
tests_store_test_migrations_SOURCES = tests/store/test_migrations.c
tests_store_test_migrations_LDADD = $(UNIT_LDADD)
tests_store_test_outbox_store_SOURCES = tests/store/test_outbox_store.c \
	tests/store/store_fixture.c tests/store/store_fixture.h
tests_store_test_outbox_store_LDADD = $(UNIT_LDADD)
tests_store_test_pipeline_SOURCES = tests/store/test_pipeline.c tests/store/store_fixture.c \
	tests/store/store_fixture.h
tests_store_test_pipeline_LDADD = $(UNIT_LDADD)
tests_store_test_products_store_SOURCES = tests/store/test_products_store.c \
	tests/store/store_fixture.c tests/store/store_fixture.h
tests_store_test_products_store_LDADD = $(UNIT_LDADD)
tests_store_test_trade_store_SOURCES = tests/store/test_trade_store.c \
	tests/store/store_fixture.c tests/store/store_fixture.h
tests_store_test_trade_store_LDADD = $(UNIT_LDADD)

AM_TESTS_ENVIRONMENT += STORE_TESTS='$(STORE_TESTS)'; export STORE_TESTS;
TESTS += tests/store/run_all
EXTRA_DIST += tests/store/run_all tests/store/with_postgres tests/store/fresh_database
