-- What leaves the building: made with what it tells of, claimed in order, sent, put off or parked.
\ir expect.sql
begin;

\set lamp '\'00000000-0000-4000-8000-00000000000a\''
\set chair '\'00000000-0000-4000-8000-00000000000b\''
\set one '\'11111111-0000-4000-8000-000000000001\''
\set two '\'22222222-0000-4000-8000-000000000002\''

create function pg_temp.claim(p_claimant uuid, p_lease interval default '30 s') returns text
    language sql
    return (select string_agg(dedupe_key, ' ' order by outbox_id)
              from claim_outbox(p_claimant, 10, p_lease));

set local session authorization stockpilot_app;
insert into products (product_id, name, price, minimum_stock)
values (:lamp, 'Lamp', 20, 5), (:chair, 'Chair', 20, 5);
select move_stock(:lamp, 'opening', 10), move_stock(:chair, 'opening', 10);
savepoint before;
select from move_stock(:lamp, 'adjustment', -6, 'damage');
select pg_temp.expect('an episode makes one message',
    (select row(topic, order_key, payload ->> 'stock_quantity')::text
            = row('stock-alerts', :lamp, '4')::text from outbox));
rollback to before;
select pg_temp.expect('AC-76 a change that is rolled back makes none',
    not exists (select from outbox));

-- Three episodes of the lamp, one of the chair.
select move_stock(:lamp, 'adjustment', -6, 'damage'), move_stock(:lamp, 'adjustment', 6, 'found'),
    move_stock(:lamp, 'adjustment', -6, 'damage'), move_stock(:chair, 'adjustment', -6, 'damage'),
    move_stock(:lamp, 'adjustment', 6, 'found'), move_stock(:lamp, 'adjustment', -7, 'damage');
select pg_temp.expect('AC-75 of each product the first message only',
    pg_temp.claim(:one) = format('low-stock:%s:1 low-stock:%s:1', :lamp, :chair));
select pg_temp.expect('AC-75 what stands behind a claimed one waits', pg_temp.claim(:two) is null);
select pg_temp.expect('who does not have the claim does not end it',
    not outbox_sent((select min(outbox_id) from outbox), :two));
select pg_temp.expect('who has it does', outbox_sent((select min(outbox_id) from outbox), :one));
select pg_temp.expect('then the next is due', pg_temp.claim(:two) = format('low-stock:%s:2', :lamp));

-- Failing.
select outbox_id as second from outbox where dedupe_key = format('low-stock:%s:2', :lamp)
\gset
select pg_temp.expect('a failure puts it off',
    outbox_failed(:second, :two, 'SNS says 503', '1 h') and pg_temp.claim(:one) is null);
select pg_temp.expect('… and is kept',
    (select last_error = 'SNS says 503' and available_at > now() + interval '50 min'
           from outbox where outbox_id = :second));
select pg_temp.expect('a person sends it again', outbox_retry(:second)
    and pg_temp.claim(:one) = format('low-stock:%s:2', :lamp));
select pg_temp.expect('AC-72 parked, it lets the next one pass, and the administrators know',
    outbox_parked(:second, :one, 'refused') and
    pg_temp.claim(:two) like format('low-stock:%s:3 parked:%s:%%', :lamp, :second));
select pg_temp.expect('AC-72 … in the app as well', exists (select from notifications where type = 'system' and message like '%refused%'));
select outbox_id as told from outbox where dedupe_key like 'parked:%'
\gset
select pg_temp.expect('that the message of it is parked is not mailed again',
    outbox_parked(:told, :two, 'refused too'));
select pg_temp.expect('… and told in the app',
    (select count(*) = 2 from notifications where type = 'system')
    and not exists (select from outbox where topic = 'system-alerts'
                                         and sent_at is null and dead_at is null));
select pg_temp.expect('what is sent cannot be parked or sent again',
    not outbox_park((select min(outbox_id) from outbox))
    and not outbox_retry((select min(outbox_id) from outbox)));

-- A lease that ended is somebody else's.
select outbox_id as third from outbox where dedupe_key = format('low-stock:%s:3', :lamp)
\gset
select from outbox_failed(:third, :two, 'x', '0 s');
select pg_temp.expect('a claim', pg_temp.claim(:one, '0 s') = format('low-stock:%s:3', :lamp));
select pg_temp.expect('AC-74 whose holder died is claimed again',
    pg_temp.claim(:two) = format('low-stock:%s:3', :lamp));
select pg_temp.expect('and no longer the first one''s', not outbox_sent(:third, :one));

-- Orders.
reset session authorization;
update settings set order_notification_amount = 60;
set local session authorization stockpilot_app;
select from act_as(:one, 'r');
select from record_sale('k1', sha256('a'), array[:lamp, :chair]::uuid[], array[1, 1],
                        array[null, null]::numeric[], null);
select pg_temp.expect('a small sale is told to nobody',
    not exists (select from outbox where topic = 'order-notifications'));
select from record_sale('k2', sha256('a'), array[:lamp, :chair]::uuid[], array[2, 1],
                        array[null, null]::numeric[], null);
select pg_temp.expect('a large one is, once, with its total',
    (select payload ->> 'title' = 'Sale of 60.00 USD' from outbox
      where topic = 'order-notifications'));
rollback;
