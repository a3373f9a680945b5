-- 4 is the bit of the price: see products_update in src/store/products_store.c.
\set price random(1000, 9999)
\startpipeline
@act_as :actor, 'bench'
@products_lock :product_id, NULL
@products_image_of :product_id
@products_update :product_id, 4, NULL, :price, NULL, NULL, NULL, NULL, NULL, NULL, NULL
@products_get :product_id
\endpipeline
