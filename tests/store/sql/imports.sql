-- An import of products: which product a row is about, what stands against it, all or none.
\ir expect.sql
begin;
set local session authorization stockpilot_app;
insert into products (product_id, sku, name, price, category)
values ('00000000-0000-4000-8000-00000000000a', 'Lamp-1', 'Lamp', 10, 'Light'),
       ('00000000-0000-4000-8000-00000000000b', 'Desk-1', 'Desk', 20, null),
       ('00000000-0000-4000-8000-00000000000c', 'Gone-1', 'Gone', 30, null);
update products set image_key = 'products/00000000-0000-4000-8000-0000000000aa.png'
 where name = 'Lamp';
update products set archived_at = now() where name = 'Gone';

-- The rows that import_products() gives, as one text.
prepare imported(jsonb, boolean) as
select string_agg(concat_ws(' ', kind, line, field, code), ', ' order by kind, line, field, code) as outcome
  from import_products($1, $2);

-- The image that a product shows, and those of others.
execute imported('[{"line":1,"bad":false,"given":32,"sku":"lamp-1","image_is_ours":true,
                    "image_url":"https://x/products/00000000-0000-4000-8000-0000000000aa.png",
                    "image_key":"products/00000000-0000-4000-8000-0000000000aa.png"},
                   {"line":2,"bad":false,"given":32,"product_id":"00000000-0000-4000-8000-00000000000b","image_is_ours":true,
                    "image_url":"https://x/products/00000000-0000-4000-8000-0000000000aa.png",
                    "image_key":"products/00000000-0000-4000-8000-0000000000aa.png"},
                   {"line":3,"bad":false,"given":38,"name":"New","price":1,"image_is_ours":true,
                    "image_url":"https://x/other.png","image_key":null},
                   {"line":4,"bad":false,"given":38,"name":"Elsewhere","price":1,"image_is_ours":false,
                    "image_url":"https://y/other.png","image_key":null}]', true) \gset
reset session authorization;
select pg_temp.expect('a product''s own image says nothing new, and another one''s is refused',
    :'outcome' = 'created 1, fault 2 imageUrl not_its_own, fault 3 imageUrl not_its_own, unchanged 1, updated 0');
set local session authorization stockpilot_app;

-- 2: name, 4: price, 32: imageUrl, 128: sku, 256: category.
execute imported('[{"line":1,"bad":false,"given":6,"name":"Shelf","price":5},
                   {"line":2,"bad":false,"given":4,"product_id":"00000000-0000-4000-8000-00000000000b","price":21},
                   {"line":3,"bad":false,"given":388,"sku":"LAMP-1","price":10,"category":"Light"}]', true) \gset
reset session authorization;
select pg_temp.expect('a dry run says what would be', :'outcome' = 'created 1, unchanged 0, updated 2');
select pg_temp.expect('and does nothing', (select count(*) = 3 and sum(price) = 60 from products));

set local session authorization stockpilot_app;
execute imported('[{"line":1,"bad":false,"given":6,"name":"Shelf","price":5},
                   {"line":2,"bad":false,"given":4,"product_id":"00000000-0000-4000-8000-00000000000b","price":21},
                   {"line":3,"bad":false,"given":288,"product_id":"00000000-0000-4000-8000-00000000000a","category":"Light"}]', false) \gset
reset session authorization;
select pg_temp.expect('rows are carried out', :'outcome' = 'created 1, unchanged 0, updated 2');
select pg_temp.expect('a new product has the usual minimum',
    (select minimum_stock = default_minimum_stock() from products where name = 'Shelf'));
select pg_temp.expect('the image is gone, and all was audited',
    (select image_key is null and image_url is null from products where name = 'Lamp')
    and (select count(*) = 2 from audit_log a join products p on p.product_id = a.row_id
          where a.action = 'update' and p.name in ('Desk', 'Lamp') and a.after ->> 'version' = p.version::text));

set local session authorization stockpilot_app;
execute imported('[{"line":1,"bad":false,"given":4,"product_id":"00000000-0000-4000-8000-00000000000b","price":99},
                   {"line":2,"bad":false,"given":0},
                   {"line":3,"bad":false,"given":4,"product_id":"00000000-0000-4000-8000-00000000000c","price":1},
                   {"line":4,"bad":false,"given":128,"product_id":"00000000-0000-4000-8000-00000000000b","sku":"lamp-1"},
                   {"line":5,"bad":false,"given":134,"sku":"new","name":"New","price":1},
                   {"line":6,"bad":true,"given":134,"sku":"NEW","name":"New","price":1}]', false) \gset
reset session authorization;
select pg_temp.expect('all faults are told',
    :'outcome' = 'created 1, fault 2 name required, fault 2 price required, fault 3 productId archived,'
    ' fault 4 productId repeated, fault 4 sku taken, fault 6 sku repeated, unchanged 0, updated 1');
select pg_temp.expect('and nothing is done',
    (select price = 21 from products where name = 'Desk')
    and not exists (select from products where name = 'New'));

set local session authorization stockpilot_app;
execute imported('[{"line":1,"bad":true,"given":6,"name":"Bad","price":null},
                   {"line":2,"bad":false,"given":6,"name":"Good","price":1}]', false) \gset
reset session authorization;
select pg_temp.expect('what the program has found bad keeps all others out',
    :'outcome' = 'created 1, unchanged 0, updated 0' and not exists (select from products where name = 'Good'));
rollback;
