-- Episodes of low stock: when one opens and closes, and that each tells once.
\ir expect.sql
begin;
\set lamp '''00000000-0000-4000-8000-00000000000a'''

create function pg_temp.alerts() returns bigint
    language sql
    return (select count(*) from notifications where type = 'stock_alert');
create function pg_temp.lamp_is(p_state text, p_episode integer, p_level integer) returns boolean
    language sql
    return (select row(state, episode, level) is not distinct from row(p_state, p_episode, p_level)
              from alert_states where product_id = '00000000-0000-4000-8000-00000000000a');

set local session authorization stockpilot_app;
insert into products (product_id, name, price, minimum_stock) values (:lamp, 'Lamp', 20, 10);
select from move_stock(:lamp, 'opening', 12);
select set_stock(:lamp, 10);
select pg_temp.expect('the minimum itself is enough', pg_temp.alerts() = 0);
select set_stock(:lamp, 9);
select pg_temp.expect('below the minimum an episode opens',
    pg_temp.lamp_is('low', 1, 10) and pg_temp.alerts() = 1);
select pg_temp.expect('the alert is for everyone and says what and how much',
    (select row(user_id, title, message)::text
            = '(,"Low stock: Lamp","Lamp has 9 left. Its minimum is 10.")'
       from notifications where product_id = :lamp));
select set_stock(:lamp, 0);
select set_stock(:lamp, 9);
select pg_temp.expect('within an episode nothing is repeated',
    pg_temp.lamp_is('low', 1, 10) and pg_temp.alerts() = 1);
select pg_temp.expect('nor by the check', not exists (select from check_low_stock()));
select set_stock(:lamp, 10);
select pg_temp.expect('back at the minimum it closes', pg_temp.lamp_is('ok', 1, null));
select set_stock(:lamp, 0);
select pg_temp.expect('the next one tells again, in other words',
    pg_temp.lamp_is('low', 2, 10)
    and (select message = 'Lamp is out of stock. Its minimum is 10.'
           from notifications where product_id = :lamp and episode = 2));
select set_stock(:lamp, 15);

-- The check with a threshold of its own.
select pg_temp.expect('the check tells of what is below its threshold',
    (select array_agg(row(product_id, title, message)::text) from check_low_stock(20))
        = array[format('(%s,"Low stock: Lamp","Lamp has 15 left. That is below the threshold of 20.")', :lamp)]);
select pg_temp.expect('… as an episode to be ended at the threshold',
    pg_temp.lamp_is('low', 3, 20));
select pg_temp.expect('the check repeats nothing',
    not exists (select from check_low_stock(20)) and not exists (select from check_low_stock(99)));
select set_stock(:lamp, 12);
select pg_temp.expect('a movement above the minimum does not end it',
    pg_temp.lamp_is('low', 3, 20) and pg_temp.alerts() = 3);
select set_stock(:lamp, 9);
select pg_temp.expect('falling through the minimum is told in its own right',
    pg_temp.lamp_is('low', 4, 10) and pg_temp.alerts() = 4);
select set_stock(:lamp, 30);
select pg_temp.expect('and ends at the minimum', pg_temp.lamp_is('ok', 4, null));

select from check_low_stock(40);
select pg_temp.expect('an episode of the check', pg_temp.lamp_is('low', 5, 40));
select set_stock(:lamp, 40);
select pg_temp.expect('ends at its threshold', pg_temp.lamp_is('ok', 5, null));

-- A threshold below the minimum finds what is below both, and waits for the minimum.
update products set minimum_stock = 50 where product_id = :lamp;
select pg_temp.expect('raising the minimum opens nothing', pg_temp.lamp_is('ok', 5, null));
select pg_temp.expect('a threshold that is met finds nothing',
    not exists (select from check_low_stock(40)));
select pg_temp.expect('one above the stock does', exists (select from check_low_stock(41)));
select pg_temp.expect('level: the larger of the two', pg_temp.lamp_is('low', 6, 50));
update products set minimum_stock = 45 where product_id = :lamp;
select pg_temp.expect('the level follows the minimum', pg_temp.lamp_is('low', 6, 45));
update products set minimum_stock = 40 where product_id = :lamp;
select pg_temp.expect('lowering the minimum to the stock ends it', pg_temp.lamp_is('ok', 6, null));

-- A product that starts below its minimum.
insert into products (name, price, minimum_stock) values ('New', 20, 10)
returning product_id as new
\gset
select from move_stock(:'new', 'opening', 3);
select pg_temp.expect('an opening opens no episode',
    not exists (select from alert_states where product_id = :'new'));
select set_stock(:'new', 5);
select pg_temp.expect('nor does what is put in',
    not exists (select from alert_states where product_id = :'new'));
select set_stock(:'new', 4);
select pg_temp.expect('what is taken out does',
    (select state = 'low' from alert_states where product_id = :'new'));

-- What is archived is nobody's worry.
update products set archived_at = now() where product_id = :'new';
select pg_temp.expect('archiving ends the episode',
    (select state = 'ok' from alert_states where product_id = :'new'));
select set_stock(:'new', 1);
select pg_temp.expect('and no other opens',
    (select state = 'ok' from alert_states where product_id = :'new')
    and not exists (select from check_low_stock(1000) where product_id = :'new'));

select pg_temp.expect('every episode has one notification',
    not exists (select from alert_states a
                 where episode <> (select count(*) from notifications n
                                    where n.product_id = a.product_id)));
insert into products (name, price, minimum_stock) values ('Third', 20, 1);
select from check_low_stock(null, '00000000-0000-4000-8000-0000000000aa', 'request-9');
select pg_temp.expect('the trail of an alert is signed by who ran the check',
    exists (select from audit_log where table_name = 'notifications' and request_id = 'request-9'
                                    and actor_id = '00000000-0000-4000-8000-0000000000aa'));
rollback;
