-- What the programs' role may not do, whatever a handler says.
\ir expect.sql
begin;

set local session authorization stockpilot_app;
insert into products (product_id, name, price)
values ('00000000-0000-4000-8000-00000000000a', 'Lamp', 20);
select from move_stock('00000000-0000-4000-8000-00000000000a', 'opening', 5);

select pg_temp.expect_refused('no stock by UPDATE',
    'update products set stock_quantity = 7', '42501');
select pg_temp.expect_refused('no stock by INSERT',
    $$insert into products (name, price, stock_quantity) values ('Lamp', 20, 7)$$, '42501');
select pg_temp.expect_refused('no units sold by UPDATE',
    'update products set units_sold = 7', '42501');
select pg_temp.expect_refused('no version by UPDATE', 'update products set version = 7', '42501');
select pg_temp.expect_refused('no ledger row by INSERT',
    $$insert into stock_movements (product_id, type, quantity, quantity_after)
      values ('00000000-0000-4000-8000-00000000000a', 'count', 2, 7)$$, '42501');
select pg_temp.expect_refused('no episode by UPDATE',
    $$update alert_states set state = 'ok'$$, '42501');
select pg_temp.expect_refused('no notification of an episode by INSERT',
    $$insert into notifications (type, title, message, product_id, episode)
      values ('stock_alert', 't', 'm', '00000000-0000-4000-8000-00000000000a', 1)$$, '42501');
select pg_temp.expect_refused('no refresh of summaries', 'select refresh_summaries()', '42501');
select pg_temp.expect_refused('no table of its own', 'create table mine (id integer)', '42501');
select pg_temp.expect_refused('no temporary table', 'create temporary table mine (id integer)',
    '42501');
select pg_temp.expect_refused('no change of a table',
    'alter table products drop constraint products_stock_not_negative', '42501');
select pg_temp.expect_refused('no user is deleted', 'delete from users', '42501');
select pg_temp.expect_refused(format('no %s of a user by UPDATE', name),
                              format('update users set %I = null', name), '42501')
  from (values ('role'), ('wanted_role'), ('role_told_at'), ('disabled_at'), ('cognito_sub'), ('email'),
               ('version')) as columns (name);
select pg_temp.expect_refused('no user by INSERT',
    $$insert into users (cognito_sub, name, role) values ('x', 'x', 'admin')$$, '42501');

-- Every table at once, tables to come included.
select pg_temp.expect_refused(format('no %s of %s', what, name), statement, '42501')
  from (values ('stock_movements'), ('audit_log'), ('sales'), ('sale_lines'), ('purchases'),
               ('purchase_lines'), ('expenses'), ('sales_summary'), ('purchase_summary'),
               ('expense_summary'), ('expense_by_category'), ('alert_states'), ('settings'),
               ('idempotency_keys'), ('summary_changes'), ('outbox'), ('email_subscriptions'),
               ('daily_jobs'), ('digest_days'), ('image_uploads'), ('user_sightings'))
       as tables (name),
       lateral (values ('DELETE', format('delete from %I', name)),
                       ('INSERT', format('insert into %I default values', name)),
                       ('TRUNCATE', format('truncate %I cascade', name)))
       as tried (what, statement);
reset session authorization;

select pg_temp.expect('the application owns nothing',
    not exists (select from pg_class where relowner = 'stockpilot_app'::regrole)
    and not exists (select from pg_proc where proowner = 'stockpilot_app'::regrole));
select pg_temp.expect('the application reads every table',
    (select bool_and(has_table_privilege('stockpilot_app', oid, 'select'))
       from pg_class where relkind in ('r', 'v') and relnamespace = 'public'::regnamespace));
select pg_temp.expect('functions that run as the owner have a fixed search_path',
    not exists (select from pg_proc
                 where prosecdef and pronamespace = 'public'::regnamespace
                   and (proconfig @> array['search_path=pg_catalog, public, pg_temp'])
                       is not true));
select pg_temp.expect('functions are not everyone''s',
    not exists (select from pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
                 where proowner = 'stockpilot_owner'::regrole and a.grantee = 0));
select pg_temp.expect('requests are bounded',
    (select setconfig @> array['statement_timeout=2s', 'lock_timeout=500ms', 'jit=off',
                               'idle_in_transaction_session_timeout=5s']
       from pg_db_role_setting
      where setrole = 'stockpilot_app'::regrole and setdatabase = 0));

-- A slip of the owner's hand.
set local session authorization stockpilot_owner;
select pg_temp.expect_refused('the owner sets no stock past the ledger',
    'update products set stock_quantity = 7', 'SP005');
select pg_temp.expect_refused('the owner makes no product with stock',
    $$insert into products (name, price, stock_quantity) values ('Lamp', 20, 7)$$, 'SP005');
select pg_temp.expect_refused(format('the owner does not %s %s', what, name),
                              format('%s %I', statement, name), 'SP005')
  from (values ('stock_movements'), ('audit_log')) as tables (name),
       (values ('delete', 'delete from'), ('truncate', 'truncate')) as tried (what, statement);
select pg_temp.expect_refused('the owner does not change the ledger',
    'update stock_movements set quantity = 1', 'SP005');
select pg_temp.expect_refused('the owner does not change the audit trail',
    'update audit_log set actor_id = null', 'SP005');

rollback;
