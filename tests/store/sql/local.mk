# The schema, its rules and the demo data, on a PostgreSQL of their own.
check_PROGRAMS += tests/store/sql/send_every_statement
tests_store_sql_send_every_statement_SOURCES = tests/store/sql/send_every_statement.c
tests_store_sql_send_every_statement_LDADD = $(STOCKPILOT_LIBS)

TESTS += tests/store/sql/run_schema tests/store/sql/run_plans
EXTRA_DIST += \
	tests/store/sql/run_all \
	tests/store/sql/run_schema \
	tests/store/sql/run_plans \
	tests/store/sql/rules \
	tests/store/sql/concurrency \
	tests/store/sql/demo \
	tests/store/sql/plans \
	tests/store/sql/expect.sql \
	tests/store/sql/privileges.sql \
	tests/store/sql/catalogue.sql \
	tests/store/sql/stock.sql \
	tests/store/sql/images.sql \
	tests/store/sql/imports.sql \
	tests/store/sql/low_stock.sql \
	tests/store/sql/notifier.sql \
	tests/store/sql/outbox.sql \
	tests/store/sql/trade.sql \
	tests/store/sql/summaries.sql \
	tests/store/sql/users.sql \
	tests/store/sql/verify.sql
