-- Orders and filters of lists: the catalogue, and the audit trail.
--
-- A sale changes stock_quantity and units_sold. units_sold was in an index before, so a sale has never
-- been a HOT update of its product: every index here costs each sale one entry more. Hence there is one
-- for each sort, none for a sort together with a filter, and each is walked in both directions. What is
-- low on stock stands in an index of its own that only those products are in.

create index products_price_idx on products (price, product_id) where archived_at is null;
create index products_updated_at_idx on products (updated_at, product_id) where archived_at is null;
create index products_stock_idx on products (stock_quantity, product_id) where archived_at is null;

-- In the place of one that had the ids the other way round, and so could not be walked backwards from
-- a place in the middle of those that sold equally well.
drop index products_popular_idx;
create index products_units_sold_idx on products (units_sold, product_id) where archived_at is null;

create index products_category_idx on products (category, name, product_id)
    where archived_at is null;
create index products_low_stock_idx on products (name, product_id)
    where archived_at is null and stock_quantity < minimum_stock;

-- The audit trail by who did it and by what it is about, newest first; by row there is one since 0002.
create index audit_log_actor_idx on audit_log (actor_id, audit_id desc);
create index audit_log_table_idx on audit_log (table_name, audit_id desc);

-- For the trail of some days.
grant execute on function business_day_start(date) to stockpilot_app;
