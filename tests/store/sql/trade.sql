-- Selling, buying, counting, spending, each done once under its key.
\ir expect.sql
begin;

\set lamp '\'00000000-0000-4000-8000-00000000000a\''
\set chair '\'00000000-0000-4000-8000-00000000000b\''
\set gone '\'00000000-0000-4000-8000-00000000000c\''
\set clerk '\'11111111-0000-4000-8000-000000000001\''

-- A sale of two products at one price of one's own.
create function pg_temp.sell(p_key text, p_lamps integer, p_chairs integer, p_request text default 'a')
    returns record
    language sql
    return record_sale(p_key, sha256(p_request::bytea),
                       array['00000000-0000-4000-8000-00000000000b',
                             '00000000-0000-4000-8000-00000000000a']::uuid[],
                       array[p_chairs, p_lamps], array[4.5, null], 'at the counter');

set local session authorization stockpilot_app;
insert into products (product_id, name, price, minimum_stock)
values (:lamp, 'Lamp', 19.99, 5), (:chair, 'Chair', 5, 0), (:gone, 'Gone', 5, 0);
select from act_as(:clerk, 'request-1');
select move_stock(:lamp, 'opening', 10), move_stock(:chair, 'opening', 10);
update products set archived_at = now() where product_id = :gone;

select outcome, answer from pg_temp.sell('s1', 2, 3) as (outcome text, answer jsonb)
\gset first_
select pg_temp.expect('a sale has a line for each product, at its price or the one that was said',
    :'first_outcome' = 'made'
    and (select array_agg(format('%s %s %s', d.product_name, d.unit_price, d.total_amount))
           from jsonb_to_recordset(:'first_answer'::jsonb)
                as d (product_name text, unit_price numeric, total_amount numeric))
        = array['Chair 4.50 13.50', 'Lamp 19.99 39.98']);
select pg_temp.expect('stock, units sold and total follow',
    (select array_agg(row(stock_quantity, units_sold)::text order by name)
       from products where product_id in (:lamp, :chair)) = array['(7,3)', '(8,2)']
    and (select distinct document_total from sale_details) = 53.48);
select pg_temp.expect('sales are signed',
    (select row(actor_id, request_id) = row(:clerk::uuid, 'request-1'::text) from sales));

select outcome, answer from pg_temp.sell('s1', 2, 3) as (outcome text, answer jsonb)
\gset second_
select pg_temp.expect('AC-87 the same key gives the same answer, and does nothing',
    :'second_outcome' = 'replayed' and :'second_answer'::jsonb = :'first_answer'::jsonb
    and (select stock_quantity from products where product_id = :lamp) = 8);
select pg_temp.expect_refused('AC-87 the same key for another request',
    $$select pg_temp.sell('s1', 2, 3, 'b')$$, 'SP008');
select from act_as('22222222-0000-4000-8000-000000000002', 'request-2');
select pg_temp.expect('AC-87 another user''s key is another key',
    (select outcome from pg_temp.sell('s1', 1, 1, 'b') as (outcome text, answer jsonb)) = 'made');
select from act_as(:clerk, 'request-3');

select pg_temp.expect('what is not there is told for each line, and nothing is sold',
    (select outcome = 'refused'
            and answer #>> '{0,problem}' = 'shortage' and answer #>> '{0,line}' = '1'
            and answer #>> '{0,available}' = '7' and answer #>> '{0,product_name}' = 'Lamp'
            and jsonb_array_length(answer) = 1
       from pg_temp.sell('s2', 8, 1) as (outcome text, answer jsonb)));
select pg_temp.expect('… for real', (select count(*) = 2 from sales));
select pg_temp.expect('a refused sale leaves its key free',
    (select outcome = 'made' from pg_temp.sell('s2', 1, 1, 'c') as (outcome text, answer jsonb)));
select pg_temp.expect('unknown and archived products are told apart',
    (select outcome = 'refused' and answer #>> '{0,problem}' = 'archived'
            and answer #>> '{1,problem}' = 'unknown'
       from record_sale('s3', sha256('a'), array[:gone, gen_random_uuid()::text]::uuid[],
                        array[1, 1], array[null, null]::numeric[], null)));

-- A purchase.
select pg_temp.expect('a purchase brings stock, and rounds the cent of each line',
    (select outcome = 'made' and answer #>> '{0,total_cost}' = '7.41'
            and answer #>> '{0,supplier}' = 'Acme'
       from record_purchase('p1', sha256('a'), array[:lamp]::uuid[], array[6], array[1.2345],
                            'Acme', null)));
select pg_temp.expect('… for real',
    (select stock_quantity from products where product_id = :lamp) = 12);

-- By hand.
select pg_temp.expect('an adjustment moves',
    (select outcome = 'made' and answer #>> '{0,quantity_after}' = '11'
            and answer #>> '{0,reason}' = 'damage'
       from record_adjustment('a1', sha256('a'), :lamp, -1, 'damage', null)));
select pg_temp.expect('an adjustment below zero says what is there',
    (select outcome = 'refused' and answer #>> '{0,available}' = '11'
       from record_adjustment('a2', sha256('a'), :lamp, -12, 'damage', null)));
select pg_temp.expect('an adjustment of nothing that exists',
    (select outcome = 'unknown'
       from record_adjustment('a3', sha256('a'), gen_random_uuid(), -12, 'damage', null)));

-- Counting. Between the counting and its booking one is sold.
select clock_timestamp() as counted_at
\gset
select from pg_temp.sell('s4', 1, 1) as (outcome text, answer jsonb);
select pg_temp.expect('a count that takes the stock now for the stock then is refused',
    (select outcome = 'refused' and answer #>> '{0,problem}' = 'stale'
            and answer #>> '{0,available}' = '10'
       from record_count('c1', sha256('a'), :lamp, 9, 11, null, null)));
select pg_temp.expect('what was sold since the counting stays sold',
    (select outcome = 'made' and answer #>> '{0,quantity}' = '-2'
            and answer #>> '{0,stock_quantity}' = '8'
       from record_count('c2', sha256('a'), :lamp, 9, 11, :'counted_at', null)));
select pg_temp.expect('… for real',
    (select stock_quantity from products where product_id = :lamp) = 8);
select pg_temp.expect('a count that was right moves nothing',
    (select outcome = 'made' and answer #> '{0,movement_id}' is null
       from record_count('c3', sha256('a'), :lamp, 8, 8, null, null)));

-- Undoing.
select movement_id as sold, sale_id from sale_details where product_id = :chair
 order by sold_at limit 1
\gset
select pg_temp.expect('a sale line is undone once',
    (select outcome = 'made' and answer #>> '{0,quantity}' = '3'
       from record_reversal('r1', sha256('a'), :'sold', 'came back'))
    and (select outcome = 'refused' and answer #>> '{0,problem}' = 'reversed'
           from record_reversal('r2', sha256('a'), :'sold', null)));
select pg_temp.expect('a reversal is not undone',
    (select outcome = 'refused' and answer #>> '{0,problem}' = 'irreversible'
       from record_reversal('r3', sha256('a'), (select reversal_id from sale_details
                                                where movement_id = :'sold'), null)));
select pg_temp.expect('a purchase that is sold already is not undone',
    (select outcome = 'refused' and answer #>> '{0,problem}' = 'shortage'
       from record_reversal('r4', sha256('a'),
                            (select movement_id from stock_movements
                              where type = 'opening' and product_id = :lamp), null)));

-- Expenses.
select answer #>> '{0,expense_id}' as expense
  from record_expense('e1', sha256('a'), 'Rent', 100, '2026-01-15', null)
\gset
select change_expense(:'expense', 1, 2, null, 110, null, null);
select pg_temp.expect('an edit counts, one that changes nothing does not',
    (select row(amount, version)::text = '(110.00,2)' from expense_details));
select change_expense(:'expense', 2, 2, null, 110, null, null);
select pg_temp.expect('… nor its version', (select version = 2 from expense_details));
select pg_temp.expect_refused('an edit of an older version',
    format('select change_expense(%L, 1, 2, null, 1, null, null)', :'expense'), 'SP006');
select roll_up_summaries();
select pg_temp.expect('the summaries know what was sold, and what came back',
    (select total_value = 39.98 + 24.49 + 24.49 + 24.49 from sales_summary)
    and (select total_purchased = 7.41 from purchase_summary)
    and (select amount = 110 from expense_by_category));
select pg_temp.expect('what is up to date is not computed again', roll_up_summaries() = 0);
select void_expense(:'expense', 2);
select roll_up_summaries();
select pg_temp.expect('a void expense counts no more, and is not there',
    not exists (select from expense_summary) and not exists (select from expense_details));
select pg_temp.expect_refused('a void expense is not edited',
    format('select change_expense(%L, null, 2, null, 1, null, null)', :'expense'), 'SP002');

reset session authorization;
select pg_temp.expect('AC-88 each write has its row in the trail: sales, purchase, adjustment, counts, '
                      'reversal, expense',
    (select array_agg(format('%s %s %s', table_name, action, n) order by table_name, action)
       from (select table_name, action, count(*) as n from audit_log
              where table_name not in ('products', 'notifications')
              group by 1, 2) a)
    = array['expenses insert 1', 'expenses update 2', 'purchases insert 1', 'sales insert 4',
            'stock_movements insert 3']);

-- A key lives for a day.
update idempotency_keys set expires_at = now() where key = 's1';
set local session authorization stockpilot_app;
select pg_temp.expect('an expired key is free',
    (select outcome = 'made' from pg_temp.sell('s1', 1, 1, 'z') as (outcome text, answer jsonb)));
select pg_temp.expect('expired keys are forgotten', forget_expired_keys() = 1);
rollback;
