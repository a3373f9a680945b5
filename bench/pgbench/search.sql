\startpipeline
@products_search :rows, :pattern
\endpipeline
