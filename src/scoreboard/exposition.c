#include <inttypes.h>

#include "stockpilot/scoreboard/scoreboard.h"

/* The workers of the moment, taken together. */
struct tally {
    unsigned starting, idle, busy, draining;
    unsigned connections;
    unsigned database[3]; /* by enum database_state */
    uint64_t memory_kb;
};

static void count_worker(struct tally *tally, const struct worker_view *view)
{
    if (view->draining) {
        tally->draining++;
    } else if (view->state == WORKER_STARTING) {
        tally->starting++;
    } else if (view->state == WORKER_IDLE) {
        tally->idle++;
    } else {
        tally->busy++;
    }
    tally->connections += view->connections;
    tally->database[view->database]++;
    tally->memory_kb += view->memory_kb;
}

static void gauge(struct buffer *text, const char *name, const char *help, uint64_t value)
{
    buffer_printf(text, "# HELP %s %s\n# TYPE %s gauge\n%s %" PRIu64 "\n", name, help, name, name,
                  value);
}

static void expose_workers(const struct tally *tally, struct buffer *text)
{
    buffer_append_text(text, "# HELP stockpilot_workers Workers, by what they are doing.\n"
                             "# TYPE stockpilot_workers gauge\n");
    buffer_printf(text, "stockpilot_workers{state=\"starting\"} %u\n", tally->starting);
    buffer_printf(text, "stockpilot_workers{state=\"idle\"} %u\n", tally->idle);
    buffer_printf(text, "stockpilot_workers{state=\"busy\"} %u\n", tally->busy);
    buffer_printf(text, "stockpilot_workers{state=\"draining\"} %u\n", tally->draining);
    buffer_append_text(text,
                       "# HELP stockpilot_database_connections Workers, by how their database "
                       "connection was at their latest use of it.\n"
                       "# TYPE stockpilot_database_connections gauge\n");
    buffer_printf(text, "stockpilot_database_connections{state=\"untried\"} %u\n",
                  tally->database[DATABASE_UNTRIED]);
    buffer_printf(text, "stockpilot_database_connections{state=\"connected\"} %u\n",
                  tally->database[DATABASE_CONNECTED]);
    buffer_printf(text, "stockpilot_database_connections{state=\"away\"} %u\n",
                  tally->database[DATABASE_AWAY]);
    gauge(text, "stockpilot_connections", "Connections of nginx that workers hold.",
          tally->connections);
    gauge(text, "stockpilot_worker_memory_bytes", "Memory of the workers' own, all together.",
          tally->memory_kb * 1024);
}

static void expose_pool(const struct pool_board *pool, struct buffer *text)
{
    if (atomic_load(&pool->pid) == 0) {
        return; /* bare workers */
    }
    gauge(text, "stockpilot_pool_workers_wanted", "How many workers the pool keeps.",
          atomic_load(&pool->wanted));
    gauge(text, "stockpilot_pool_workers_minimum", "The fewest workers the pool keeps.",
          atomic_load(&pool->minimum));
    gauge(text, "stockpilot_pool_workers_maximum", "The most workers the pool keeps.",
          atomic_load(&pool->maximum));
    gauge(text, "stockpilot_pool_busy_percent",
          "Share of their time that the workers were busy, in the last quarter of a second.",
          atomic_load(&pool->busy_percent));
    gauge(text, "stockpilot_pool_quick_deaths",
          "Workers in a row that ended soon after their start.", atomic_load(&pool->quick_deaths));
    uint32_t reloads = atomic_load(&pool->reloads);
    buffer_printf(text,
                  "# HELP stockpilot_pool_reloads_total Reloads that were asked for.\n"
                  "# TYPE stockpilot_pool_reloads_total counter\n"
                  "stockpilot_pool_reloads_total %" PRIu32 "\n",
                  reloads > 0 ? reloads - 1 : 0);
}

void scoreboard_expose(const struct scoreboard *scoreboard, struct buffer *text)
{
    struct tally tally = { 0 };
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        struct worker_view view;
        if (scoreboard_view(scoreboard, i, &view)) {
            count_worker(&tally, &view);
        }
    }
    expose_workers(&tally, text);
    expose_pool(&scoreboard->pool, text);
    metrics_expose(&scoreboard->metrics, text);
}
