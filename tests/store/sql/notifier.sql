-- Who is mailed and when, refusals, what is given back, forgotten and done once a day.
\ir expect.sql
begin;

\set lamp '\'00000000-0000-4000-8000-00000000000a\''
\set one '\'11111111-0000-4000-8000-000000000001\''
\set two '\'22222222-0000-4000-8000-000000000002\''
\set anna '\'33333333-0000-4000-8000-000000000003\''
\set bert '\'44444444-0000-4000-8000-000000000004\''
\set carl '\'55555555-0000-4000-8000-000000000005\''

create function pg_temp.claim() returns bigint language sql
    return (select count(*) from claim_outbox('11111111-0000-4000-8000-000000000001', 10, '1 min', array['stock-alerts']));

-- The hours of a day, where clocks change: Berlin has no 02:30 on March 29 and two on October 25.
update settings set business_time_zone = 'Europe/Berlin';
select pg_temp.expect('an hour of a winter''s day',
    hour_of_day('2026-01-15', 8) = '2026-01-15 07:00+00');
select pg_temp.expect('… and of a summer''s day',
    hour_of_day('2026-07-15', 8) = '2026-07-15 06:00+00');
select pg_temp.expect('an hour that is left out comes an hour later',
    hour_of_day('2026-03-29', 2) = '2026-03-29 01:00+00'
    and hour_of_day('2026-03-29', 3) = '2026-03-29 01:00+00');
select pg_temp.expect('an hour that comes twice counts once, and is the later one',
    hour_of_day('2026-10-25', 2) = '2026-10-25 01:00+00');
select pg_temp.expect('days are 23 and 25 hours long, and no hour of them is lost',
    hour_of_day('2026-03-29', 8) - hour_of_day('2026-03-28', 8) = '23 h'
    and hour_of_day('2026-10-25', 8) - hour_of_day('2026-10-24', 8) = '25 h');
select pg_temp.expect('before its hour the last day is yesterday',
    last_day_with_hour(8, '2026-03-29 05:59+00') = '2026-03-28'
    and last_day_with_hour(8, '2026-03-29 06:00+00') = '2026-03-29');
select pg_temp.expect('near midnight the day is the business''s',
    last_day_with_hour(0, '2026-07-14 22:00+00') = '2026-07-15'
    and last_day_with_hour(23, '2026-07-14 22:00+00') = '2026-07-14');
update settings set business_time_zone = 'UTC';

insert into users (user_id, cognito_sub, name, email, role)
values (:anna, 'anna', 'Anna', 'anna@shop.test', 'admin'),
       (:bert, 'bert', 'Bert', 'bert@shop.test', 'staff'),
       (:carl, 'carl', 'Carl', null, 'staff');
set local session authorization stockpilot_app;

-- Preferences.
select pg_temp.expect('nobody is mailed unasked',
    (select bool_and(alert_delivery = 'off') from users) and not exists (select from email_subscriptions));
select pg_temp.expect_refused('no mail without an address',
    format($$update users set alert_delivery = 'immediate' where user_id = %L$$, :carl),
    '23514', 'users_alerts_have_address');
select pg_temp.expect_refused('no hour 24',
    $$update users set digest_hour = 24$$, '23514', 'users_digest_hour_range');
update users set alert_delivery = 'immediate' where user_id in (:anna, :bert);
select pg_temp.expect('who asks for it is subscribed, administrators to one topic more',
    (select string_agg(email || ' ' || topic, ', ' order by email, topic) from email_subscriptions)
    = 'anna@shop.test order-notifications, anna@shop.test stock-alerts, '
      'anna@shop.test system-alerts, bert@shop.test order-notifications, bert@shop.test stock-alerts');
select pg_temp.expect('a subscription is claimed once',
    (select count(*) from claim_subscriptions(10, '1 min', array['stock-alerts'])) = 2
    and (select count(*) from claim_subscriptions(10, '1 min', array['stock-alerts'])) = 0);
select pg_temp.expect('it is made',
    subscription_tried(:anna, 'stock-alerts', 'anna@shop.test', null, null, 10));
select pg_temp.expect('or tried again', subscription_tried(:bert, 'stock-alerts', 'bert@shop.test', '503', '0 s', null)
    and (select count(*) from claim_subscriptions(10, '1 min', array['stock-alerts'])) = 1);
select pg_temp.expect('or given up', subscription_tried(:bert, 'stock-alerts', 'bert@shop.test', '400', '0 s', 1)
    and (select count(*) from claim_subscriptions(10, '1 min', array['stock-alerts'])) = 0);
select from see_user('bert', 'Bert', 'bert@home.test', 'staff');
select pg_temp.expect('another address is another subscription',
    not subscription_tried(:bert, 'stock-alerts', 'bert@shop.test', null, null, 10)
    and (select email = 'bert@home.test' from claim_subscriptions(10, '1 min', array['stock-alerts'])));

-- Recipients.
insert into products (product_id, name, price, minimum_stock) values (:lamp, 'Lamp', 20, 5);
select from move_stock(:lamp, 'opening', 10);
select from move_stock(:lamp, 'adjustment', -6, 'damage');
select pg_temp.expect('an alert names who wants it at once',
    outbox_recipients(o) = jsonb_build_array(:anna, :bert)) from outbox o;
reset session authorization;
select from tell_administrators('test', 'A title', 'A message');
set local session authorization stockpilot_app;
select pg_temp.expect('a message about the system is for administrators',
    (select outbox_recipients(o) = jsonb_build_array(:anna) from outbox o where topic = 'system-alerts'));
update users set alert_delivery = 'off' where user_id = :anna;
select pg_temp.expect('… or for nobody', (select outbox_recipients(o) is null from outbox o where topic = 'system-alerts'));

-- Claims.
select pg_temp.expect('what has no topic waits',
    (select count(*) from claim_outbox(:one, 10, '1 min', array['order-notifications'])) = 0
    and (select count(*) from claim_outbox(:one, 10, '1 min', array['stock-alerts'])) = 1);
select pg_temp.expect('a claim is given back as if it had not been tried',
    release_outbox(:two) = 0 and release_outbox(:one) = 1);
select pg_temp.expect('… and at once', attempts = 0 and claimed_by is null and available_at <= clock_timestamp())
  from outbox where topic = 'stock-alerts';
select outbox_id as alert from outbox where topic = 'stock-alerts'
\gset
select pg_temp.expect('AC-73 failures do not park, however many',
    (select bool_and(pg_temp.claim() = 1 and outbox_failed(:alert, :one, '503', '0 s')) from generate_series(1, 20)));
select pg_temp.expect('AC-72 refusals do, at the last of so many',
    (select string_agg(case when pg_temp.claim() = 1 then outbox_refused(:alert, :one, 'no', '0 s', 3) end, ' ')
       from generate_series(1, 3)) = 'failed failed parked');
select pg_temp.expect('who lost the claim refuses nothing',
    outbox_refused(:alert, :one, 'no', '0 s', 3) = 'lost');
select pg_temp.expect('a person sends it again, and it may be refused as often as at first',
    outbox_retry(:alert) and pg_temp.claim() = 1
    and outbox_refused(:alert, :one, 'no', '0 s', 3) = 'failed');

-- Digests.
reset session authorization;
update users set alert_delivery = 'digest', digest_hour = extract(hour from now()) where user_id in (:anna, :bert);
select pg_temp.expect('who asks after the hour waits for tomorrow''s', make_digests() = 0);
update notifications set created_at = hour_of_day(business_day(now()), extract(hour from now())::integer) - interval '1 s';
update digest_days set day = day - 1 where user_id = :anna;
select pg_temp.expect('at the hour there is one message', make_digests() = 1);
select pg_temp.expect('… for those who want it, of what was told',
    (select payload -> 'recipients' = jsonb_build_array(:anna) and payload ->> 'message' like '%Lamp has 4 left%'
            and payload ->> 'title' like '1 alert until %' and outbox_recipients(o) = jsonb_build_array(:anna)
       from outbox o where dedupe_key like 'digest:%'));
select pg_temp.expect('and no second one', make_digests() = 0);
update digest_days set day = day - 1 where user_id = :anna;
select pg_temp.expect('… whatever the user''s row says', make_digests() = 0);
select pg_temp.expect('… at all', (select count(*) = 1 from outbox where dedupe_key like 'digest:%'));
update notifications set created_at = created_at - interval '1 day';
delete from outbox where dedupe_key like 'digest:%';
update digest_days set day = day - 1 where user_id = :anna;
select pg_temp.expect('a day without an alert has no digest', make_digests() = 0);
select pg_temp.expect('… and is not looked at again', (select day = last_day_with_hour(extract(hour from now())::integer) from digest_days where user_id = :anna));

-- What is forgotten.
update outbox set created_at = now() - interval '8 days', claimed_by = null;
select pg_temp.expect('what has no topic for a week is put aside; the others wait',
    tidy_outbox(array['stock-alerts']) = 2);
select pg_temp.expect('… and say why', (select string_agg(distinct topic, ' ') from outbox where dead_at is not null and last_error like 'no topic%') = 'system-alerts');
update outbox set dead_at = null, sent_at = now() - interval '29 days';
select pg_temp.expect('what was sent is kept for a month', tidy_outbox(array['stock-alerts']) = 0);
update outbox set sent_at = now() - interval '31 days';
select pg_temp.expect('… and then deleted', tidy_outbox(array['stock-alerts']) > 0);
select pg_temp.expect('… all of it', not exists (select from outbox));

-- Once a day.
set local session authorization stockpilot_app;
select claim_daily_job('verification', 3, '1 min') as day
\gset
reset session authorization;
select pg_temp.expect('the job of a day is somebody''s', :'day' = last_day_with_hour(3)::text);
set local session authorization stockpilot_app;
select pg_temp.expect('… and nobody else''s', claim_daily_job('verification', 3, '1 min') is null);
select from verification_done(:'day', 2);
select pg_temp.expect('that books do not add up is told',
    (select payload ->> 'message' like '%2 differences%' from outbox where dedupe_key = 'verification:' || :'day'));
select pg_temp.expect('a job is done once a day', claim_daily_job('verification', 3, '1 min') is null);
reset session authorization;
update daily_jobs set done_on = done_on - 1, claimed_until = now() - interval '1 s';
select pg_temp.expect('whose holder died is done by another one',
    claim_daily_job('verification', 3, '1 min') is not null);
rollback;
