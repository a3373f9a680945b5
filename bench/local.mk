# What ./dev bench needs; it is never part of `make` or `make check`.
BENCH_TARGETS = bench/load/load bench/token_bench
if FUZZING
EXTRA_PROGRAMS += $(BENCH_TARGETS)
else
EXTRA_PROGRAMS = $(BENCH_TARGETS)
endif

bench_load_load_SOURCES = bench/load/main.c bench/load/crew.c bench/load/crew.h bench/load/plan.c \
	bench/load/plan.h bench/load/response.c bench/load/response.h bench/load/tally.c bench/load/tally.h
bench_load_load_LDADD = $(OPENSSL_LIBS) -lpthread -lm

bench_token_bench_SOURCES = bench/token_bench.c
bench_token_bench_LDADD = $(STOCKPILOT_LIBS)

EXTRA_DIST += \
	bench/README.md \
	bench/bench.mjs \
	bench/chart.mjs \
	bench/comparison.mjs \
	bench/dashboard/.npmrc \
	bench/dashboard/lighthouse.mjs \
	bench/dashboard/main.mjs \
	bench/dashboard/package-lock.json \
	bench/dashboard/package.json \
	bench/dashboard/report.mjs \
	bench/dashboard/targets.mjs \
	bench/load.mjs \
	bench/machine.mjs \
	bench/measure.mjs \
	bench/memory.mjs \
	bench/million.mjs \
	bench/nginx_site.mjs \
	bench/options.mjs \
	bench/peers/express-prisma/.npmrc \
	bench/peers/express-prisma/input.mjs \
	bench/peers/express-prisma/key_set.mjs \
	bench/peers/express-prisma/package-lock.json \
	bench/peers/express-prisma/package.json \
	bench/peers/express-prisma/problems.mjs \
	bench/peers/express-prisma/records.mjs \
	bench/peers/express-prisma/schema.prisma \
	bench/peers/express-prisma/server.mjs \
	bench/peers/express-prisma/store.mjs \
	bench/peers/fastify-pg/.npmrc \
	bench/peers/fastify-pg/key_set.mjs \
	bench/peers/fastify-pg/package-lock.json \
	bench/peers/fastify-pg/package.json \
	bench/peers/fastify-pg/problems.mjs \
	bench/peers/fastify-pg/records.mjs \
	bench/peers/fastify-pg/schemas.mjs \
	bench/peers/fastify-pg/server.mjs \
	bench/peers/fastify-pg/store.mjs \
	bench/peers/go/input.go \
	bench/peers/go/key_set.go \
	bench/peers/go/main.go \
	bench/peers/go/problems.go \
	bench/peers/go/records.go \
	bench/peers/go/store.go \
	bench/peers/php-fpm/index.php \
	bench/peers/php-fpm/input.php \
	bench/peers/php-fpm/key_set.php \
	bench/peers/php-fpm/records.php \
	bench/peers/php-fpm/refusal.php \
	bench/peers/php-fpm/store.php \
	bench/pgbench.mjs \
	bench/pgbench/create.sql \
	bench/pgbench/dashboard.sql \
	bench/pgbench/list.sql \
	bench/pgbench/product.sql \
	bench/pgbench/search.sql \
	bench/pgbench/sell-hot.sql \
	bench/pgbench/sell-many.sql \
	bench/pgbench/update.sql \
	bench/ports.mjs \
	bench/processes.mjs \
	bench/progress.mjs \
	bench/report.mjs \
	bench/requests.mjs \
	bench/shop.mjs \
	bench/stack.mjs \
	bench/start.mjs \
	bench/statements.mjs \
	bench/statistics.mjs \
	bench/systems.mjs \
	bench/table.mjs \
	bench/targets.json \
	bench/targets.mjs \
	bench/token_costs.mjs \
	bench/tokens.mjs \
	bench/two_hosts/aftermath.mjs \
	bench/two_hosts/application.mjs \
	bench/two_hosts/authority.mjs \
	bench/two_hosts/balancer.mjs \
	bench/two_hosts/books.mjs \
	bench/two_hosts/clients.mjs \
	bench/two_hosts/database.mjs \
	bench/two_hosts/host.mjs \
	bench/two_hosts/losses.mjs \
	bench/two_hosts/main.mjs \
	bench/two_hosts/pooled.mjs \
	bench/two_hosts/pooler.mjs \
	bench/two_hosts/report.mjs \
	bench/two_hosts/run \
	bench/two_hosts/site.mjs \
	bench/two_hosts/throughput.mjs \
	bench/two_hosts/waiting.mjs
