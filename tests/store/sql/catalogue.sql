-- Constraints of the catalogue by name, versions, and the audit trail of edits.
\ir expect.sql
begin;
set local session authorization stockpilot_app;

select act_as('00000000-0000-4000-8000-0000000000aa', 'request-1');
insert into products (product_id, name, price, sku, minimum_stock)
values ('00000000-0000-4000-8000-00000000000a', 'Lamp', 20, 'Lamp-1', 3);

select pg_temp.expect_refused('refused: ' || broken,
           format('insert into products (name, price, %s) values (%L, %s)', field, 'x', value),
           state, broken)
  from (values
    ('sku', $$20, 'lamp-1'$$, '23505', 'products_sku_key'),
    ('sku', $$20, ''$$, '23514', 'products_sku_length'),
    ('description', $$20, repeat('ä', 4001)$$, '23514', 'products_description_length'),
    ('category', $$20, ''$$, '23514', 'products_category_length'),
    ('category', $$-0.01, 'x'$$, '23514', 'products_price_not_negative'),
    ('rating', '20, 5.01', '23514', 'products_rating_range'),
    ('rating', '20, -1', '23514', 'products_rating_range'),
    ('minimum_stock', '20, -1', '23514', 'products_minimum_not_negative'),
    ('image_key', $$20, '../../etc/passwd'$$, '23514', 'products_image_key_format'),
    ('image_url', $$20, repeat('u', 2049)$$, '23514', 'products_image_url_length'),
    ('image_key, image_url',
     $$20, 'products/00000000-0000-4000-8000-00000000000a.png', 'https://example.org/a.png'$$,
     '23514', 'products_one_image')
  ) as bad (field, value, state, broken);
select pg_temp.expect_refused('a blank name',
    $$insert into products (name, price) values ('  ', 20)$$, '23514', 'products_name_length');
select pg_temp.expect_refused('a name of 201 characters',
    $$insert into products (name, price) values (repeat('ä', 201), 20)$$, '23514',
    'products_name_length');
insert into products (name, price, description) values (repeat('ä', 200), 0, repeat('ä', 4000));
select pg_temp.expect('a product without a minimum has the one of the settings',
    (select minimum_stock from products where price = 0)
    = (select default_minimum_stock from settings));

select from move_stock('00000000-0000-4000-8000-00000000000a', 'opening', 9);
select pg_temp.expect('a movement is no edit',
    (select version = 1 and updated_at = created_at from products where sku = 'Lamp-1'));
update products set name = name where sku = 'Lamp-1';
select pg_temp.expect('writing what is there already is no edit',
    (select version = 1 from products where sku = 'Lamp-1'));
select pg_temp.expect('the search has the name in lower case, movements or not',
    (select search_name = 'lamp' from products where sku = 'Lamp-1'));
update products set price = 21 where sku = 'Lamp-1';
select pg_temp.expect('an edit counts',
    (select version = 2 and updated_at > created_at from products where sku = 'Lamp-1'));

select pg_temp.expect('the trail has the making and the edit, signed, and not the movement',
    (select array_agg(row(action, before ->> 'price', after ->> 'price', actor_id, request_id)
                      ::text order by audit_id)
       from audit_log where row_id = '00000000-0000-4000-8000-00000000000a')
    = array['(insert,,20.00,00000000-0000-4000-8000-0000000000aa,request-1)',
            '(update,20.00,21.00,00000000-0000-4000-8000-0000000000aa,request-1)']);
select pg_temp.expect('what is derived for the search is in no record of the trail',
    (select bool_and(not coalesce(before, '{}') ? 'search_name' and not coalesce(after, '{}') ? 'search_name')
       from audit_log where table_name = 'products'));
select pg_temp.expect('nobody writes it',
    not has_column_privilege('stockpilot_app', 'products', 'search_name', 'insert, update'));
select pg_temp.expect('the movement is signed in the ledger',
    (select actor_id = '00000000-0000-4000-8000-0000000000aa' and request_id = 'request-1'
       from stock_movements where product_id = '00000000-0000-4000-8000-00000000000a'));
select set_stock('00000000-0000-4000-8000-00000000000a', 5);
select pg_temp.expect('a stock that was typed in is an edit, and the trail has both figures',
    (select version = 3 from products where sku = 'Lamp-1')
    and (select row(before ->> 'stock_quantity', after ->> 'stock_quantity')::text = '(9,5)'
           from audit_log where row_id = '00000000-0000-4000-8000-00000000000a'
          order by audit_id desc limit 1));
select set_stock('00000000-0000-4000-8000-00000000000a', 5);
select pg_temp.expect('the same figure again is none',
    (select version = 3 from products where sku = 'Lamp-1'));
select pg_temp.expect_refused('history keeps a product', $$delete from products where sku = 'Lamp-1'$$,
    '23503', 'stock_movements_product_fkey');
select pg_temp.expect_refused('an actor that is no id does not pass for nobody',
    $$do 'begin perform set_config(''stockpilot.actor'', ''x'', true);
          update products set price = 22; end'$$, '22P02');

insert into products (product_id, name, price)
values ('00000000-0000-4000-8000-00000000000b', 'ÉTAGÈRE', 20);
update products set name = 'Étagère' where product_id = '00000000-0000-4000-8000-00000000000b';
select pg_temp.expect('a name that differs in case only is an edit; what is searched stays',
    (select version = 2 and search_name = 'étagère' from products
      where product_id = '00000000-0000-4000-8000-00000000000b'));
update products set name = 'Regal' where product_id = '00000000-0000-4000-8000-00000000000b';
delete from products where product_id = '00000000-0000-4000-8000-00000000000b';
select pg_temp.expect('the trail has the names, up to the last, and nothing that is derived',
    (select array_agg(concat_ws(',', action, before ->> 'name', after ->> 'name') order by audit_id)
            = array['insert,ÉTAGÈRE', 'update,ÉTAGÈRE,Étagère', 'update,Étagère,Regal', 'delete,Regal']
            and not bool_or(coalesce(before, '{}') ? 'search_name' or coalesce(after, '{}') ? 'search_name')
       from audit_log where row_id = '00000000-0000-4000-8000-00000000000b'));

-- People: made on first sight, kept in step afterwards, written only when there is something new.
select from see_user('sub-1', 'ann', null, 'viewer');
select from see_user('sub-1', 'ann', null, 'viewer');
select from see_user('sub-1', 'ann', 'ann@example.org', 'staff');
select from see_user('sub-1', 'someone', null, 'staff');
select pg_temp.expect('a person is one row',
    (select row(name, email, role)::text = '(ann,ann@example.org,staff)'
       from users where cognito_sub = 'sub-1'));
select pg_temp.expect('each change of a person is on the trail, and only changes',
    (select count(*) = 2 from audit_log a join users u on u.user_id = a.row_id
      where u.cognito_sub = 'sub-1'));

insert into notifications (type, title, message) values ('system', 't', 'm');
insert into notification_reads (notification_id, user_id, read_at)
select n.notification_id, u.user_id, now() from notifications n, users u;
select pg_temp.expect('notifications leave a trail, reading marks do not',
    (select count(*) = 1 from audit_log where table_name like 'notification%'));
rollback;
