-- move_stock() and set_stock(): the ledger, the stock, units sold, and what is refused.
\ir expect.sql
begin;
set local session authorization stockpilot_app;
\set lamp '''00000000-0000-4000-8000-00000000000a'''
\set other '''00000000-0000-4000-8000-00000000000b'''

insert into products (product_id, name, price, minimum_stock)
values (:lamp, 'Lamp', 20, 0), (:other, 'Other', 20, 0);

select pg_temp.expect('an opening is booked',
    (select row(type, quantity, quantity_after)::text = '(opening,10,10)'
       from move_stock(:lamp, 'opening', 10)));
select pg_temp.expect('the difference to a target is booked', set_stock(:lamp, 7) = -3);
select pg_temp.expect('… as a correction',
    (select row(type, quantity, quantity_after, reason)::text = '(adjustment,-3,7,correction)'
       from stock_movements where product_id = :lamp order by sequence desc limit 1));
select pg_temp.expect('no difference, no movement', set_stock(:lamp, 7) = 0);
select pg_temp.expect('the ledger has two rows and adds up',
    (select count(*) = 2 and sum(m.quantity) = min(p.stock_quantity)
       from stock_movements m join products p using (product_id) where product_id = :lamp));

select pg_temp.expect_refused('more than there is',
    format('select move_stock(%L, %L, -8, %L)', :lamp, 'adjustment', 'lost'), 'SP001',
    'products_stock_not_negative');
do $$
declare
    available text;
begin
    perform move_stock('00000000-0000-4000-8000-00000000000a', 'adjustment', -8, 'lost');
exception when sqlstate 'SP001' then
    get stacked diagnostics available = pg_exception_detail;
    if available <> '7' then raise exception 'FAILED: the detail says what is available'; end if;
end
$$;
select pg_temp.expect('a refused movement leaves nothing behind',
    (select stock_quantity = 7 from products where product_id = :lamp)
    and (select count(*) = 2 from stock_movements where product_id = :lamp));

select pg_temp.expect_refused(what, format('select move_stock(%L, %s)', :lamp, arguments),
                              state, broken)
  from (values
    ('a second opening', $$'opening', 1$$, '23505', 'stock_movements_opening_key'),
    ('a movement of nothing', $$'count', 0$$, '23514', 'stock_movements_quantity_not_zero'),
    ('an unknown type', $$'gift', 1$$, '23514', 'stock_movements_type_known'),
    ('an adjustment without a reason', $$'adjustment', 1$$, '23514',
     'stock_movements_adjustment_has_reason'),
    ('a sale without a line', $$'sale', -1$$, '23514', 'stock_movements_sale_has_line'),
    ('a purchase without a line', $$'purchase', 1$$, '23514',
     'stock_movements_purchase_has_line'),
    ('a reversal of nothing', $$'reversal', 1$$, 'SP004', null),
    ('a stock beyond integers', $$'count', 2147483647$$, '22003', null),
    ('a quantity that cannot be negated', $$'count', -2147483648$$, 'SP001',
     'products_stock_not_negative')
  ) as bad (what, arguments, state, broken);
select pg_temp.expect_refused('a target below zero', format('select set_stock(%L, -1)', :lamp),
    '23514', 'products_stock_not_negative');
select pg_temp.expect_refused('no target', format('select set_stock(%L, null)', :lamp),
    '23514', 'products_stock_not_negative');
select pg_temp.expect_refused('a product that is not there',
    'select set_stock(gen_random_uuid(), 1)', 'SP002');

-- A sale, taken back once. Documents are the owner's to write as yet.
set local session authorization stockpilot_owner;
insert into sales (sale_id) values (:lamp);
insert into sale_lines (sale_line_id, sale_id, sold_at, product_id, quantity, unit_price)
select :lamp, sale_id, sold_at, :lamp, 3, 19.99 from sales;
select pg_temp.expect('the database multiplies',
    (select total_amount = 59.97 from sale_lines));
select pg_temp.expect_refused('a line of another time than its sale''s',
    format('insert into sale_lines (sale_id, sold_at, product_id, quantity, unit_price)
            values (%L, %L, %L, 1, 1)', :lamp, timestamptz '2000-01-01', :other),
    '23503', 'sale_lines_sale_fkey');
set local session authorization stockpilot_app;

select movement_id as sold from move_stock(:lamp, 'sale', -3, p_sale_line => :lamp)
\gset
select pg_temp.expect('units sold are counted',
    (select row(stock_quantity, units_sold)::text = '(4,3)'
       from products where product_id = :lamp));
select pg_temp.expect_refused('a line is sold once',
    format('select move_stock(%L, %L, -3, p_sale_line => %L)', :lamp, 'sale', :lamp),
    '23505', 'stock_movements_sale_line_key');
select pg_temp.expect_refused('part of a movement is not reversed',
    format('select move_stock(%L, %L, 2, p_reversal_of => %L)', :lamp, 'reversal', :'sold'),
    'SP004');
select pg_temp.expect_refused('another product''s movement is not reversed',
    format('select move_stock(%L, %L, 3, p_reversal_of => %L)', :other, 'reversal', :'sold'),
    'SP004');
select movement_id as returned from move_stock(:lamp, 'reversal', 3, p_reversal_of => :'sold')
\gset
select pg_temp.expect('a reversed sale was none',
    (select row(stock_quantity, units_sold)::text = '(7,0)'
       from products where product_id = :lamp));
select pg_temp.expect_refused('a movement is reversed once',
    format('select move_stock(%L, %L, 3, p_reversal_of => %L)', :lamp, 'reversal', :'sold'),
    '23505', 'stock_movements_reversal_of_key');
select pg_temp.expect_refused('a reversal is not reversed',
    format('select move_stock(%L, %L, -3, p_reversal_of => %L)', :lamp, 'reversal', :'returned'),
    'SP004');

-- What is archived takes corrections only.
update products set archived_at = now() where product_id = :other;
select pg_temp.expect_refused('an archived product is not opened',
    format('select move_stock(%L, %L, 3)', :other, 'opening'), 'SP003');
select pg_temp.expect('an archived product is corrected', set_stock(:other, 2) = 2);
rollback;
