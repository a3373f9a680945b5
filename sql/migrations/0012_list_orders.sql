-- Orders and filters of lists: the catalogue, and the audit trail.
--
-- A sale changes stock_quantity and units_sold. units_sold stands in an index, for the products that sell
-- most, so the update of a product by a sale writes an entry into every index of the catalogue: with
-- one index for each order and filter of the list (price, time of the edit, stock, category) PostgreSQL
-- worked 40 % longer for a sale. Ten thousand products are sorted in a few milliseconds, and lists
-- in those orders are asked for seldom: they are sorted. What is low on stock stands in an index
-- of its own, that only those products are in.

-- In the place of one that had the ids the other way round, and so could not be walked backwards from
-- a place in the middle of those that sold equally well.
drop index products_popular_idx;
create index products_units_sold_idx on products (units_sold, product_id) where archived_at is null;

create index products_low_stock_idx on products (name, product_id)
    where archived_at is null and stock_quantity < minimum_stock;

-- Sales and purchases of one product, newest first, as the lists page through them. In the place of two that had
-- the lines' ids last: of a product that sells well, all there ever were had to be sorted for each page.
-- A document has one line of a product at most, so its id orders them as well.
drop index sale_lines_product_idx;
create index sale_lines_product_idx on sale_lines (product_id, sold_at desc, sale_id desc);
drop index purchase_lines_product_idx;
create index purchase_lines_product_idx on purchase_lines (product_id, purchased_at desc, purchase_id desc);

-- The audit trail by who did it and by what it is about, newest first; by row there is one since 0002.
create index audit_log_actor_idx on audit_log (actor_id, audit_id desc);
create index audit_log_table_idx on audit_log (table_name, audit_id desc);

-- For the trail of some days.
grant execute on function business_day_start(date) to stockpilot_app;
