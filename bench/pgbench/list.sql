\startpipeline
@products_list :rows
\endpipeline
