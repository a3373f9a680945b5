-- Who may do what from the next request on, who is invited and by which row they are known, and what the
-- user pool is told.
\ir expect.sql
begin;

\set ada '\'aaaaaaaa-0000-4000-8000-000000000001\''
\set bob '\'bbbbbbbb-0000-4000-8000-000000000002\''

-- A time that tokens are issued at, so many seconds from now.
create function pg_temp.at(p_seconds integer) returns bigint
    language sql
    return extract(epoch from now())::bigint + p_seconds;
create function pg_temp.may(p_user uuid, p_role text, p_issued bigint, p_needed text) returns text
    language plpgsql
as $$
begin
    perform check_caller(p_user, p_role, p_issued, p_needed);
    return 'may';
exception when others then
    return sqlstate;
end
$$;
create function pg_temp.messages(p_user uuid) returns text
    language sql
    return (select string_agg(concat_ws(' ', payload ->> 'action', payload ->> 'role'), ', ' order by outbox_id)
              from outbox where order_key = format('user:%s', p_user));
create function pg_temp.account(p_user uuid) returns text
    language sql
    return (select concat_ws(' ', role, role_in_force, case when disabled then 'disabled' end,
                             case when invited then 'invited' end, version)
              from user_accounts where user_id = p_user);

insert into users (user_id, cognito_sub, name, role, role_issued_at, created_at)
values (:ada, 'ada', 'Ada', 'admin', now(), now() - interval '1 day'),
       (:bob, 'bob', 'Bob', 'staff', now(), now() - interval '1 day');
set local session authorization stockpilot_app;
select from act_as(:ada, 'request');

-- What the caller may.
select pg_temp.expect('what the token says counts where nothing was decided',
    pg_temp.may(:bob, 'staff', pg_temp.at(0), 'staff') = 'may'
    and pg_temp.may(:bob, 'staff', pg_temp.at(0), 'admin') = 'SP011');
select pg_temp.expect('who is not there may nothing',
    pg_temp.may(gen_random_uuid(), 'admin', pg_temp.at(0), 'viewer') = 'SP014');
savepoint decided;
select from change_user(:bob, null, 2, null, 'viewer', null);
select pg_temp.expect('a lower role counts at once, whenever the token was issued',
    pg_temp.account(:bob) = 'viewer viewer 2'
    and pg_temp.may(:bob, 'staff', pg_temp.at(-3600), 'staff') = 'SP011'
    and pg_temp.may(:bob, 'staff', pg_temp.at(3600), 'staff') = 'SP011'
    and pg_temp.may(:bob, 'staff', pg_temp.at(0), 'viewer') = 'may');
select from user_role_told(:bob, 'viewer');
select pg_temp.expect('until a token was issued after the pool had it',
    pg_temp.may(:bob, 'staff', pg_temp.at(0), 'staff') = 'SP011'
    and pg_temp.may(:bob, 'staff', pg_temp.at(290), 'staff') = 'SP011'
    and pg_temp.may(:bob, 'staff', pg_temp.at(310), 'staff') = 'may');
select from see_user('bob', 'bob', null, 'viewer', pg_temp.at(60));
select from see_user('bob', 'bob', null, 'staff', pg_temp.at(-60));
select pg_temp.expect('an older token than the newest brings no role back', pg_temp.account(:bob) = 'viewer viewer 2');
select from see_user('bob', 'bob', null, 'staff', pg_temp.at(400));
select pg_temp.expect('the group is the role again after that', pg_temp.account(:bob) = 'staff staff 3');
rollback to decided;

select from change_user(:bob, null, 2, null, 'admin', null);
select pg_temp.expect('a higher role does not count until a token carries it',
    pg_temp.account(:bob) = 'admin staff 2'
    and pg_temp.may(:bob, 'staff', pg_temp.at(0), 'admin') = 'SP011'
    and pg_temp.may(:bob, 'admin', pg_temp.at(0), 'admin') = 'may');
select from see_user('bob', 'bob', null, 'admin', pg_temp.at(10));
select pg_temp.expect('then it does', pg_temp.account(:bob) = 'admin admin 2');
rollback to decided;

select from change_user(:bob, null, 4, null, null, true);
select pg_temp.expect('who is disabled may nothing',
    pg_temp.account(:bob) = 'staff staff disabled 2'
    and pg_temp.may(:bob, 'admin', pg_temp.at(3600), 'viewer') = 'SP010');
select from change_user(:bob, null, 4, null, null, false);
select pg_temp.expect('until they are let in again', pg_temp.may(:bob, 'staff', pg_temp.at(0), 'staff') = 'may');
select pg_temp.expect('the pool is told both, in order', pg_temp.messages(:bob) = 'disable, enable');
rollback to decided;

-- Changing.
select from change_user(:bob, 1, 7, 'Bert', 'viewer', true);
select pg_temp.expect('one change is one version, and a message for each thing that the pool has',
    pg_temp.account(:bob) = 'viewer viewer disabled 2' and pg_temp.messages(:bob) = 'set_role viewer, disable');
select pg_temp.expect('messages name nobody but by id',
    not exists (select from outbox where topic = 'user-pool' and payload::text ~* 'b[eo]'
                                         and payload::text !~ 'user [-0-9a-f]+: '));
select from change_user(:bob, 2, 7, 'Bert', 'viewer', true);
select pg_temp.expect('what is so already is no change',
    pg_temp.account(:bob) = 'viewer viewer disabled 2' and pg_temp.messages(:bob) = 'set_role viewer, disable');
select from change_user(:bob, 2, 2, null, 'staff', null);
select pg_temp.expect('a role may be decided on again before it came through',
    pg_temp.messages(:bob) = 'set_role viewer, disable, set_role staff');
select pg_temp.expect_refused('another version', format('select change_user(%L, 1, 1, %L, null, null)', :bob, 'x'), 'SP006');
select pg_temp.expect_refused('nobody there', format('select change_user(%L, null, 1, %L, null, null)', gen_random_uuid(), 'x'), 'SP002');
rollback to decided;

select pg_temp.expect_refused('no one disables themselves', format('select change_user(%L, null, 4, null, null, true)', :ada), 'SP012');
select pg_temp.expect_refused('nor demotes', format('select change_user(%L, null, 2, null, %L, null)', :ada, 'staff'), 'SP012');
select from act_as(:bob, 'request');
select pg_temp.expect_refused('only administrators change others',
    format('select change_user(%L, null, 1, %L, null, null)', :ada, 'x'), 'SP011');
select pg_temp.expect_refused('and invite', $$select invite_user('x@x.test', 'X', 'viewer')$$, 'SP011');
select from act_as(gen_random_uuid(), 'request');
select pg_temp.expect_refused('nor does somebody who is not there',
    format('select change_user(%L, null, 1, %L, null, null)', :ada, 'x'), 'SP014');
select pg_temp.expect_refused('or invite', $$select invite_user('x@x.test', 'X', 'viewer')$$, 'SP014');
select from act_as(null, 'psql');
select pg_temp.expect_refused('the last administrator is not demoted',
    format('select change_user(%L, null, 2, null, %L, null)', :ada, 'staff'), 'SP013');
select pg_temp.expect_refused('nor disabled', format('select change_user(%L, null, 4, null, null, true)', :ada), 'SP013');
select from change_user(:bob, null, 2, null, 'admin', null);
select pg_temp.expect_refused('one whose role has not come through is none yet',
    format('select change_user(%L, null, 4, null, null, true)', :ada), 'SP013');
select from invite_user('eve@x.test', 'Eve', 'admin');
select pg_temp.expect_refused('nor is one who was invited',
    format('select change_user(%L, null, 4, null, null, true)', :ada), 'SP013');
select from see_user('bob', 'bob', null, 'admin', pg_temp.at(10));
select from change_user(:ada, null, 4, null, null, true);
select pg_temp.expect('with another one it is', pg_temp.account(:ada) = 'admin admin disabled 2');
rollback to decided;

-- Inviting.
select made as invited_made, (account).user_id as carla from invite_user('Carla@x.test', 'Carla', 'staff') \gset
select pg_temp.expect('somebody invited has no role yet',
    :'invited_made'::boolean and pg_temp.account(:'carla') = 'staff none invited 1'
    and pg_temp.messages(:'carla') = 'invite');
select pg_temp.expect('an address is one person''s, in any case',
    (select not made and (account).user_id = :'carla' from invite_user('cARLA@X.test', 'C', 'admin')));
savepoint invited;

select pg_temp.expect('the sub makes them known, and the role is still to be told',
    (select user_id = :'carla' and role = 'staff' from user_invited(:'carla', 'carla')));
select pg_temp.expect('once or twice', (select user_id = :'carla' and role = 'staff' from user_invited(:'carla', 'carla')));
select from user_role_told(:'carla', 'staff');
select pg_temp.expect('until it is', (select role is null from user_invited(:'carla', 'carla')));
select from see_user('carla', 'c@x', null, 'staff', pg_temp.at(10));
select pg_temp.expect('then they sign in', pg_temp.account(:'carla') = 'staff staff 1');
select pg_temp.expect('as who they are', (select name = 'Carla' and email = 'Carla@x.test' from users where user_id = :'carla'));
rollback to invited;

reset session authorization;
insert into notifications (type, title, message, user_id) values ('system', 'Welcome', 'x', :'carla');
set local session authorization stockpilot_app;
select user_id as seen from see_user('carla', 'c', null, 'viewer', pg_temp.at(10)) \gset
select from change_user(:'carla', null, 4, null, null, true);
select pg_temp.expect('who signed in before is who was invited',
    (select user_id = :'seen' and role = 'staff' from user_invited(:'carla', 'carla')));
select pg_temp.expect('with what was decided since',
    pg_temp.account(:'seen') = 'staff viewer disabled 2'
    and (select name = 'Carla' and email = 'Carla@x.test' from users where user_id = :'seen'));
select pg_temp.expect('and the other row is gone, with nothing lost',
    not exists (select from users where user_id = :'carla')
    and exists (select from notifications where user_id = :'seen')
    and pg_temp.messages(:'carla') is null and pg_temp.messages(:'seen') = 'invite, disable'
    and not exists (select from outbox where payload ->> 'user_id' = :'carla'));
rollback to invited;

-- What was decided about the row that stays.
select user_id as seen from see_user('carla', 'c', null, 'viewer', pg_temp.at(10)) \gset
select from change_user(:'seen', null, 4, null, null, true);
select from user_invited(:'carla', 'carla');
select pg_temp.expect('who was disabled before it was known that they were invited stays disabled',
    pg_temp.account(:'seen') like 'staff viewer disabled %' and pg_temp.messages(:'seen') = 'invite, disable');
rollback to invited;

select user_id as seen from see_user('carla', 'c', null, 'staff', pg_temp.at(10)) \gset
select from change_user(:'seen', null, 2, null, 'viewer', null);
select from user_role_told(:'seen', 'viewer');
select pg_temp.expect('who was demoted stays so, and the pool has nothing more to be told',
    (select user_id = :'seen' and role is null from user_invited(:'carla', 'carla'))
    and pg_temp.account(:'seen') like 'viewer viewer %');
rollback to invited;

select user_id as seen from see_user('carla', 'c', null, 'staff', pg_temp.at(10)) \gset
select from change_user(:'seen', null, 2, null, 'admin', null);
select from user_role_told(:'seen', 'admin');
select pg_temp.expect('the lower role of the two counts, and the pool has to be told',
    (select user_id = :'seen' and role = 'staff' from user_invited(:'carla', 'carla'))
    and pg_temp.account(:'seen') like 'staff staff %');
rollback to invited;

select from change_user(:'carla', null, 4, null, null, true);
select from user_invited(:'carla', 'bob');
select pg_temp.expect('who was here before is disabled by what was decided about the invitation, and the pool hears of it',
    pg_temp.account(:bob) like 'staff staff disabled %' and pg_temp.messages(:bob) = 'invite, disable');
rollback to invited;

select pg_temp.expect('who was here before the invitation keeps the role',
    (select user_id = :bob and role is null from user_invited(:'carla', 'bob')));
select pg_temp.expect('and the name, and has an address now',
    pg_temp.account(:bob) = 'staff staff 2'
    and (select name = 'Bob' and email = 'Carla@x.test' from users where user_id = :bob));
rollback to invited;

select from see_user('mallory', 'm', 'carla@X.test', 'viewer', pg_temp.at(10));
select pg_temp.expect('no token takes the address that somebody was invited under',
    (select email is null from users where cognito_sub = 'mallory')
    and pg_temp.account(:'carla') = 'staff none invited 1');
rollback to invited;

rollback to decided;

-- People of the former system, of whom the pool knows nothing.
reset session authorization;
insert into users (user_id, cognito_sub, name, email, role)
values ('ffffffff-0000-4000-8000-000000000001', 'former:1', 'Fay', 'fay@x.test', 'viewer');
insert into notifications (notification_id, type, title, message, user_id)
values ('eeeeeeee-0000-4000-8000-000000000001', 'system', 'Of old', 'x', 'ffffffff-0000-4000-8000-000000000001');
insert into notification_reads (notification_id, user_id, read_at)
values ('eeeeeeee-0000-4000-8000-000000000001', 'ffffffff-0000-4000-8000-000000000001', now());
set local session authorization stockpilot_app;
\set fay '\'ffffffff-0000-4000-8000-000000000001\''
savepoint former;
select pg_temp.expect_refused('they are given no role', format('select change_user(%L, null, 2, null, %L, null)', :fay, 'staff'), 'SP015');
select from change_user(:fay, null, 6, null, 'viewer', true);
select pg_temp.expect('they are disabled, which the pool need not hear',
    pg_temp.account(:fay) = 'viewer viewer disabled 2' and pg_temp.messages(:fay) is null);
select pg_temp.expect('who is disabled is not invited', (select not made from invite_user('FAY@x.test', 'F', 'staff')));
select from change_user(:fay, null, 4, null, null, false);
select pg_temp.expect('until they are let in again',
    (select made and (account).user_id = :fay from invite_user('FAY@x.test', 'Fay F.', 'viewer')));
select pg_temp.expect('then they are invited, as who they were',
    pg_temp.account(:fay) = 'viewer none invited 4' and pg_temp.messages(:fay) = 'invite'
    and (select name = 'Fay F.' and email = 'FAY@x.test' and cognito_sub is null from users where user_id = :fay));
select pg_temp.expect('once', (select not made from invite_user('fay@x.test', 'F', 'staff')));
select from change_user(:fay, null, 2, null, 'staff', null);
select pg_temp.expect('and have the role', (select user_id = :fay and role = 'staff' from user_invited(:fay, 'fay')));
rollback to former;

select from invite_user('fay@x.test', null, 'staff');
select user_id as seen from see_user('fay', 'f', null, 'viewer', pg_temp.at(10)) \gset
select from user_invited(:fay, 'fay');
select pg_temp.expect('what they have read stays read, where they signed in before it was known who they are',
    (select name = 'Fay' from users where user_id = :'seen')
    and (select read_at is not null from notifications join notification_reads using (notification_id)
          where notifications.user_id = :'seen' and notification_reads.user_id = :'seen'));
rollback to former;

reset session authorization;
insert into users (cognito_sub, name, email, role) values ('fay', 'Fay', 'fay@x.test', 'staff');
set local session authorization stockpilot_app;
select pg_temp.expect('an address that somebody signs in with is theirs first',
    (select not made and (account).user_id <> :fay from invite_user('fay@x.test', 'F', 'staff')));
rollback to decided;

-- When somebody was here.
select pg_temp.expect('never, before the first time',
    (select last_seen_at is null from user_accounts where user_id = :bob));
select from note_sighting(:bob);
select pg_temp.expect('now', (select last_seen_at = now() from user_accounts where user_id = :bob));
reset session authorization;
update user_sightings set last_seen_at = now() - interval '30 minutes' where user_id = :bob;
set local session authorization stockpilot_app;
select count(*) as audited from audit_log \gset
select from note_sighting(:bob);
select pg_temp.expect('half an hour later again, which is no edit',
    (select last_seen_at = now() from user_accounts where user_id = :bob)
    and pg_temp.account(:bob) = 'staff staff 1' and (select count(*) = :audited from audit_log));
reset session authorization;
update user_sightings set last_seen_at = now() - interval '29 minutes' where user_id = :bob;
set local session authorization stockpilot_app;
select from note_sighting(:bob);
select pg_temp.expect('not before',
    (select last_seen_at = now() - interval '29 minutes' from user_accounts where user_id = :bob));
reset session authorization;
delete from user_sightings;
set local session authorization stockpilot_app;
select from note_sighting(gen_random_uuid());
select pg_temp.expect('where it cannot be written, that is nobody''s trouble', not exists (select from user_sightings));
rollback to decided;

-- Mail about the system is for who is an administrator now.
reset session authorization;
update users set email = 'bob@x.test', alert_delivery = 'immediate', role = 'admin' where user_id = :bob;
insert into outbox (topic, dedupe_key, payload) values ('system-alerts', 'k', '{"title": "t", "message": "m"}');
select pg_temp.expect('an administrator is named',
    (select outbox_recipients(o) ? :bob from outbox o where dedupe_key = 'k'));
set local session authorization stockpilot_app;
select from change_user(:bob, null, 2, null, 'staff', null);
select pg_temp.expect('one who is demoted is not, from then on',
    (select outbox_recipients(o) is null from outbox o where dedupe_key = 'k'));

rollback;
