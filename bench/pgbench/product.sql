\startpipeline
@products_get :product_id
@products_latest_sales :product_id
@products_latest_purchases :product_id
\endpipeline
