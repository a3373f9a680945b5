\startpipeline
@plan_each_time
@products_search :rows, :pattern
\endpipeline
