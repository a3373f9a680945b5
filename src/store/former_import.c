#include "stockpilot/store/former_import.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "prisma_url.h"

#define URL_SIZE 4096

/* A former table, and the temporary one that its rows are copied to as they are. */
struct former_table {
    const char *name;
    const char *target;
    const char *columns; /* with their types */
    const char *names;
};

static const struct former_table tables[] = {
    { "Users", "former_users", "\"userId\" text, name text, email text",
      "\"userId\", name, email" },
    { "Products", "former_products",
      "\"productId\" text, name text, price double precision, rating double precision,"
      " \"stockQuantity\" integer, \"imageUrl\" text, description text",
      "\"productId\", name, price, rating, \"stockQuantity\", \"imageUrl\", description" },
    { "Sales", "former_sales",
      "\"saleId\" text, \"productId\" text, \"timestamp\" timestamp, quantity integer,"
      " \"unitPrice\" double precision, \"totalAmount\" double precision",
      "\"saleId\", \"productId\", \"timestamp\", quantity, \"unitPrice\", \"totalAmount\"" },
    { "Purchases", "former_purchases",
      "\"purchaseId\" text, \"productId\" text, \"timestamp\" timestamp, quantity integer,"
      " \"unitCost\" double precision, \"totalCost\" double precision",
      "\"purchaseId\", \"productId\", \"timestamp\", quantity, \"unitCost\", \"totalCost\"" },
    { "Expenses", "former_expenses",
      "\"expenseId\" text, category text, amount double precision, \"timestamp\" timestamp",
      "\"expenseId\", category, amount, \"timestamp\"" },
    { "SalesSummary", "former_sales_summary",
      "\"salesSummaryId\" text, \"totalValue\" double precision, date timestamp",
      "\"salesSummaryId\", \"totalValue\", date" },
    { "PurchaseSummary", "former_purchase_summary",
      "\"purchaseSummaryId\" text, \"totalPurchased\" double precision, date timestamp",
      "\"purchaseSummaryId\", \"totalPurchased\", date" },
    { "ExpenseSummary", "former_expense_summary",
      "\"expenseSummaryId\" text, \"totalExpenses\" double precision, date timestamp",
      "\"expenseSummaryId\", \"totalExpenses\", date" },
    { "ExpenseByCategory", "former_expense_by_category",
      "\"expenseByCategoryId\" text, category text, amount bigint, date timestamp",
      "\"expenseByCategoryId\", category, amount, date" },
    { "Notifications", "former_notifications",
      "\"notificationId\" text, \"userId\" text, type text, title text, message text,"
      " \"isRead\" boolean, \"createdAt\" timestamp",
      "\"notificationId\", \"userId\", type, title, message, \"isRead\", \"createdAt\"" },
};

#define TABLE_COUNT (sizeof tables / sizeof *tables)

struct run {
    const struct former_import *import;
    struct error *error;
    PGconn *source;
    PGconn *target;
    char schema[PRISMA_SCHEMA_SIZE];
};

/* libpq's own words hold no password. */
static bool fail(struct run *run, const char *what, const char *message)
{
    error_set_cause(run->error, ERROR_UNAVAILABLE, "%s: %.*s", what, (int)strcspn(message, "\n"),
                    message);
    return false;
}

static bool fail_with_result(struct run *run, const char *what, const PGresult *result)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    return fail(run, what, message != NULL ? message : PQresultErrorMessage(result));
}

static bool execute(struct run *run, PGconn *connection, const char *what, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!done) {
        (void)fail_with_result(run, what, result);
    }
    PQclear(result);
    return done;
}

static PGconn *connect_to(struct run *run, const char *what, const char *url)
{
    PGconn *connection = PQconnectdb(url);
    if (PQstatus(connection) != CONNECTION_OK) {
        (void)fail(run, what, PQerrorMessage(connection));
    }
    return connection;
}

/* One snapshot of the source, in a session that can change nothing. */
static bool open_source(struct run *run)
{
    char url[URL_SIZE];
    if (!prisma_url_split(run->import->source_url, url, sizeof url, run->schema)) {
        return fail(run, "the source", "its URL is too long");
    }
    run->source = connect_to(run, "the source", url);
    explicit_bzero(url, sizeof url);
    return PQstatus(run->source) == CONNECTION_OK &&
           execute(
               run, run->source, "the source",
               "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET statement_timeout = 0;"
               " SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET client_encoding = 'UTF8';"
               " SET extra_float_digits = 3");
}

static bool open_target(struct run *run)
{
    run->target = connect_to(run, "the database", run->import->target_url);
    return PQstatus(run->target) == CONNECTION_OK &&
           execute(run, run->target, "the database",
                   "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10s';"
                   " SET LOCAL client_encoding = 'UTF8'; SET LOCAL TimeZone = 'UTC'");
}

static bool begin_copy(struct run *run, const struct former_table *table)
{
    char sql[1024];
    char *schema = PQescapeIdentifier(run->source, run->schema, strlen(run->schema));
    if (schema == NULL) {
        return fail(run, "the source", PQerrorMessage(run->source));
    }
    snprintf(sql, sizeof sql, "COPY %s.\"%s\" (%s) TO STDOUT", schema, table->name, table->names);
    PQfreemem(schema);
    PGresult *result = PQexec(run->source, sql);
    bool begun = PQresultStatus(result) == PGRES_COPY_OUT;
    if (!begun) {
        (void)fail_with_result(run, "the source", result);
    }
    PQclear(result);
    if (!begun) {
        return false;
    }
    snprintf(sql, sizeof sql, "CREATE TEMPORARY TABLE %s (%s) ON COMMIT DROP", table->target,
             table->columns);
    if (!execute(run, run->target, table->name, sql)) {
        return false;
    }
    snprintf(sql, sizeof sql, "COPY %s FROM STDIN", table->target);
    result = PQexec(run->target, sql);
    begun = PQresultStatus(result) == PGRES_COPY_IN;
    if (!begun) {
        (void)fail_with_result(run, table->name, result);
    }
    PQclear(result);
    return begun;
}

/* The last word of one side about a COPY. */
static bool copied(struct run *run, PGconn *connection, const char *what)
{
    PGresult *result = PQgetResult(connection);
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!done) {
        (void)fail_with_result(run, what, result);
    }
    PQclear(result);
    while ((result = PQgetResult(connection)) != NULL) {
        PQclear(result);
    }
    return done;
}

static bool copy_table(struct run *run, const struct former_table *table)
{
    char *row;
    int length;
    bool passed = begin_copy(run, table);
    if (!passed) {
        return false;
    }
    while (passed && (length = PQgetCopyData(run->source, &row, 0)) > 0) {
        passed = PQputCopyData(run->target, row, length) == 1;
        PQfreemem(row);
    }
    if (!passed || PQputCopyEnd(run->target, NULL) != 1) {
        return fail(run, table->name, PQerrorMessage(run->target));
    }
    return copied(run, run->source, "the source") && copied(run, run->target, table->name);
}

static bool copy_all(struct run *run)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (!copy_table(run, &tables[i])) {
            return false;
        }
    }
    return true;
}

static const char *text_or_null(const PGresult *row, int column)
{
    return PQgetisnull(row, 0, column) ? NULL : PQgetvalue(row, 0, column);
}

/* Row by row: there may be as many findings as there were sales. */
static bool tell_rows(struct run *run, const char *sql, bool findings)
{
    const struct former_import *import = run->import;
    if (PQsendQuery(run->target, sql) != 1 || PQsetSingleRowMode(run->target) != 1) {
        return fail(run, "the report", PQerrorMessage(run->target));
    }
    bool done = true;
    PGresult *row;
    while ((row = PQgetResult(run->target)) != NULL) {
        ExecStatusType status = PQresultStatus(row);
        if (status == PGRES_SINGLE_TUPLE && findings) {
            import->tell_finding(import->context, PQgetvalue(row, 0, 0), text_or_null(row, 1),
                                 PQgetvalue(row, 0, 2), PQgetvalue(row, 0, 3));
        } else if (status == PGRES_SINGLE_TUPLE) {
            import->tell_total(import->context, PQgetvalue(row, 0, 0), PQgetvalue(row, 0, 1),
                               PQgetvalue(row, 0, 2));
        } else if (status != PGRES_TUPLES_OK) {
            done = fail_with_result(run, "the report", row);
        }
        PQclear(row);
    }
    return done;
}

static bool report(struct run *run)
{
    return tell_rows(run,
                     "SELECT table_name, row_id, what, done FROM import_findings"
                     " ORDER BY finding",
                     true) &&
           tell_rows(run, "SELECT table_name, read, taken FROM import_totals", false);
}

static enum former_outcome outcome_of(const char *word)
{
    return strcmp(word, "done") == 0          ? FORMER_IMPORTED
           : strcmp(word, "nothing new") == 0 ? FORMER_NOTHING_NEW
                                              : FORMER_NOT_EMPTY;
}

/* Judges and books what was copied. */
static enum former_outcome take_over(struct run *run)
{
    PGresult *result = PQexec(run->target, "SELECT import_former()");
    enum former_outcome outcome = FORMER_FAILED;
    if (PQresultStatus(result) == PGRES_TUPLES_OK) {
        outcome = outcome_of(PQgetvalue(result, 0, 0));
    } else {
        (void)fail_with_result(run, "the import", result);
    }
    PQclear(result);
    if (outcome != FORMER_IMPORTED) {
        return outcome;
    }
    const char *end = run->import->dry_run ? "ROLLBACK" : "COMMIT";
    return report(run) && execute(run, run->target, "the import", end) ? FORMER_IMPORTED
                                                                       : FORMER_FAILED;
}

enum former_outcome former_import_run(const struct former_import *import, struct error *error)
{
    struct run run = { .import = import, .error = error };
    enum former_outcome outcome = FORMER_FAILED;
    if (open_source(&run) && open_target(&run) && copy_all(&run)) {
        outcome = take_over(&run);
    }
    /* Whatever is not committed goes with its connection. */
    PQfinish(run.source);
    PQfinish(run.target);
    return outcome;
}
