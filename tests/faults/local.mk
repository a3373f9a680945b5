# A worker in which any allocation can be made to fail. Its arena takes a block for each allocation, as
# that of a sanitizer build does, so that those of the arena are among them.
check_PROGRAMS += tests/faults/stockpilot-api
tests_faults_stockpilot_api_SOURCES = src/api/main.c src/memory/arena.c
tests_faults_stockpilot_api_CPPFLAGS = $(AM_CPPFLAGS) -DARENA_BLOCK_PER_ALLOCATION
tests_faults_stockpilot_api_LDADD = $(STOCKPILOT_LIBS)

# What is preloaded into it. No sanitizer: they bring allocation functions of their own.
check_DATA = tests/faults/failing_allocations.so
CLEANFILES += tests/faults/failing_allocations.so
tests/faults/failing_allocations.so: tests/faults/failing_allocations.c
	$(AM_V_CC)$(MKDIR_P) tests/faults && \
		$(CC) -std=c11 -D_GNU_SOURCE -O1 -g -fPIC -shared -fno-builtin -o $@ $(srcdir)/tests/faults/failing_allocations.c

EXTRA_DIST += \
	tests/faults/allocations.test.mjs \
	tests/faults/failing_allocations.c \
	tests/faults/failing-worker.mjs
