/* summary.h - what was sold, bought and spent on a day of the business. Texts are PostgreSQL's. */
#ifndef STOCKPILOT_DOMAIN_SUMMARY_H
#define STOCKPILOT_DOMAIN_SUMMARY_H

struct day_summary {
    const char *summary_id;
    const char *total;
    const char *change_percentage; /* NULL: no earlier day, or it was zero; unused for expenses */
    const char *day;
    const char *updated_at;
};

struct expense_by_category {
    const char *expense_by_category_id;
    const char *expense_summary_id;
    const char *category;
    const char *amount;
    const char *day;
    const char *updated_at;
};

#endif
