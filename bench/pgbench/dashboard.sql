\startpipeline
@summaries_popular
@summaries_sales
@summaries_purchases
@summaries_expenses
@summaries_categories 5
\endpipeline
