-- Figures by day of the business: daylight saving, the change against the former row, and that a
-- part computed anew is the same as all of it.
\ir expect.sql
begin;
set local session authorization stockpilot_owner;
\set lamp '''00000000-0000-4000-8000-00000000000a'''

update settings set business_time_zone = 'America/New_York';
insert into products (product_id, name, price) values (:lamp, 'Lamp', 10);

create function pg_temp.sell(p_at timestamptz, p_price numeric) returns uuid
    language plpgsql
as $$
declare
    id uuid := gen_random_uuid();
begin
    insert into sales (sale_id, sold_at) values (id, p_at);
    insert into sale_lines (sale_line_id, sale_id, sold_at, product_id, quantity, unit_price)
    values (id, id, p_at, '00000000-0000-4000-8000-00000000000a', 1, p_price);
    return id;
end
$$;
create function pg_temp.sales_are(p_rows text[]) returns boolean
    language sql
    return (select array_agg(row(day, total_value, change_percentage)::text order by day) = p_rows
              from sales_summary);

-- The 8th of March 2026 has 23 hours there, from 05:00 to 04:00 UTC.
select pg_temp.sell('2026-03-08 04:59:59+00', 100), pg_temp.sell('2026-03-08 05:00:00+00', 150),
       pg_temp.sell('2026-03-09 03:59:59+00', 0.01), pg_temp.sell('2026-03-09 04:00:00+00', 0),
       pg_temp.sell('2026-03-12 12:00:00+00', 75);
select refresh_summaries();
select pg_temp.expect('days are the business''s, changes against the former row, none against zero',
    pg_temp.sales_are(array['(2026-03-07,100.00,)', '(2026-03-08,150.01,50.01)',
                            '(2026-03-09,0.00,-100.00)', '(2026-03-12,75.00,)']));

select sales_summary_id as id, updated_at as at from sales_summary where day = '2026-03-12'
\gset
select pg_temp.sell('2026-03-09 12:00:00+00', 300);
select refresh_summaries('2026-03-09', '2026-03-09');
select pg_temp.expect('a day computed anew changes the day after it too',
    pg_temp.sales_are(array['(2026-03-07,100.00,)', '(2026-03-08,150.01,50.01)',
                            '(2026-03-09,300.00,99.99)', '(2026-03-12,75.00,-75.00)']));
select pg_temp.expect('a row keeps its id',
    (select sales_summary_id = :'id' and updated_at > :'at'
       from sales_summary where day = '2026-03-12'));
select updated_at as at from sales_summary where day = '2026-03-12' \gset
select refresh_summaries();
select pg_temp.expect('all of it is the same as the part, and nothing is written',
    (select updated_at = :'at' from sales_summary where day = '2026-03-12')
    and (select count(*) = 4 from sales_summary));

-- A returned sale, the only one of its day.
select pg_temp.sell('2026-03-10 12:00:00+00', 500) as sale \gset
select from move_stock(:lamp, 'opening', 5);
select movement_id as movement from move_stock(:lamp, 'sale', -1, p_sale_line => :'sale') \gset
select refresh_summaries('2026-03-10', '2026-03-10');
select pg_temp.expect('a day between', (select count(*) = 5 from sales_summary));
select from move_stock(:lamp, 'reversal', 1, p_reversal_of => :'movement');
select refresh_summaries('2026-03-10', '2026-03-10');
select pg_temp.expect('a day without sales is gone, and the day after compares as before',
    pg_temp.sales_are(array['(2026-03-07,100.00,)', '(2026-03-08,150.01,50.01)',
                            '(2026-03-09,300.00,99.99)', '(2026-03-12,75.00,-75.00)']));

insert into expenses (category, amount, spent_on)
values ('Rent', 100, '2026-03-01'), ('Rent', 20.5, '2026-03-01'), ('Post', 3, '2026-03-01'),
       ('Post', 4, '2026-03-02');
select refresh_summaries();
select pg_temp.expect('expenses by day and category',
    (select array_agg(row(c.day, category, amount, total_expenses)::text order by c.day, category)
       from expense_by_category c join expense_summary using (expense_summary_id))
    = array['(2026-03-01,Post,3.00,123.50)', '(2026-03-01,Rent,120.50,123.50)',
            '(2026-03-02,Post,4.00,4.00)']);
update expenses set voided_at = now() where amount in (3, 4);
select refresh_summaries('2026-03-01', '2026-03-02');
select pg_temp.expect('voided ones are gone, with their category and day',
    (select array_agg(row(c.day, category, amount, total_expenses)::text)
       from expense_by_category c join expense_summary using (expense_summary_id))
    = array['(2026-03-01,Rent,120.50,120.50)']
    and (select count(*) = 1 from expense_summary));

insert into purchases (purchase_id, purchased_at) values (:lamp, '2026-03-08 12:00:00+00');
insert into purchase_lines (purchase_id, purchased_at, product_id, quantity, unit_cost)
values (:lamp, '2026-03-08 12:00:00+00', :lamp, 3, 0.3349);
select refresh_summaries();
select pg_temp.expect('purchases, rounded per line',
    (select row(day, total_purchased, change_percentage)::text = '(2026-03-08,1.00,)'
       from purchase_summary));
select pg_temp.expect_refused('a zone that is not there',
    $$update settings set business_time_zone = 'Mars/Olympus'$$, '22023');
rollback;
