-- What verify_books() finds, each planted with the triggers and keys off; tests/store/sql/demo plants
-- more in a whole shop.
\ir expect.sql
begin;

\set lamp '\'00000000-0000-4000-8000-00000000000a\''
\set chair '\'00000000-0000-4000-8000-00000000000b\''

set local session authorization stockpilot_app;
insert into products (product_id, name, price, minimum_stock)
values (:lamp, 'Lamp', 20, 5), (:chair, 'Chair', 30, 5);
select move_stock(:lamp, 'opening', 10), move_stock(:chair, 'opening', 10);
select from act_as(gen_random_uuid(), 'r');
select from record_sale('k1', sha256('a'), array[:lamp, :chair]::uuid[], array[6, 1],
                        array[null, null]::numeric[], null);
select from record_purchase('k2', sha256('a'), array[:chair]::uuid[], array[4], array[3], null, null);
select from record_sale('k3', sha256('a'), array[:chair]::uuid[], array[2], array[null]::numeric[], null);
select from record_reversal('k4', sha256('a'), (select movement_id from stock_movements
    where type = 'sale' order by sequence desc limit 1), null);
select from record_expense('k5', sha256('a'), 'Rent', 100, null, null);
select pg_temp.expect('what is not rolled up yet is no difference',
    not exists (select from verify_books()) and not exists (select from sales_summary));
select from roll_up_summaries();
select pg_temp.expect('books that are kept by the functions add up',
    not exists (select from verify_books()) and exists (select from sales_summary));
reset session authorization;

set local session_replication_role = replica;
-- Runs the tampering, collects what is found, and takes it back.
create function pg_temp.found_after(p_tampering text) returns text language plpgsql as $$
declare
    found text;
begin
    begin
        execute p_tampering;
        found := (select string_agg(distinct what, ', ') from verify_books());
        raise exception 'undo' using errcode = 'XX999';
    exception when sqlstate 'XX999' then
        return coalesce(found, 'nothing');
    end;
end
$$;
select pg_temp.expect(format('%s is found as %s, not as %s', tampering, expected, found), found like expected)
  from (values
    ('update products set stock_quantity = stock_quantity + 1 where name = ''Chair''', 'product: stock'),
    ('update products set units_sold = units_sold + 1', 'product: units sold'),
    ($$update stock_movements set quantity_after = quantity_after + 1 where type = 'opening'$$, 'ledger: stock after'),
    ($$update stock_movements set moved_at = moved_at - interval '1 h' where type = 'sale'$$, 'ledger: time'),
    ($$delete from stock_movements where type = 'reversal'$$, '%product: stock%'),
    ($$delete from stock_movements where type = 'purchase'$$, '%purchase line: movement%'),
    ($$update stock_movements set reversal_of = gen_random_uuid() where type = 'reversal'$$, '%reversal%'),
    ($$update stock_movements set sale_line_id = gen_random_uuid() where type = 'sale'$$, '%sale line: movement%'),
    ('update sale_lines set unit_price = unit_price + 1', 'sales summary'),
    ('update sale_lines set quantity = quantity + 1', 'sale line: movement, sales summary'),
    ($$update purchases set purchased_at = purchased_at - interval '1 h'$$, 'purchase line: document'),
    ($$update sales set sold_at = sold_at + interval '1 h'$$, 'sale line: document, sale: time'),
    ('delete from sale_lines', '%sale: total%'),
    ('delete from sales_summary', 'sales summary'),
    ('update sales_summary set change_percentage = 1', 'sales summary: change'),
    ('update purchase_summary set total_purchased = 0', 'purchase summary'),
    ('update expense_summary set total_expenses = 1', 'expense summary'),
    ($$update expense_by_category set category = 'Rents'$$, 'expense by category'),
    ('update expenses set voided_at = now()', 'expense by category, expense summary'),
    ($$update alert_states set level = 1$$, 'low-stock episode: state'),
    ('update alert_states set episode = 2', 'low-stock episode: notifications'),
    ('delete from notifications', 'low-stock episode: notifications'),
    ('delete from outbox', 'low-stock episode: message'))
    t (tampering, expected),
    lateral (select pg_temp.found_after(tampering) as found) f;
update products set stock_quantity = 5 where product_id = :chair;
select pg_temp.expect('a difference names the row, and both figures',
    (select row(what, row_id, expected, found)::text = row('product: stock', :chair, '13', '5')::text from verify_books()));
rollback;
