-- Takes the rows of sql/demo/load into the database, in one transaction: everything or nothing.
-- History is copied in bulk, which only the owner may; verify.sql then holds it against the rules
-- that move_stock() would have kept.

-- The vacuum at the end marks no page as visible to all whose commit could still be lost; searches
-- of the products want them marked.
set synchronous_commit = on;

begin;
set local role stockpilot_owner;
set local statement_timeout = 0;

do $$
begin
    perform act_as(null, 'demo-load');
    if exists (select from products) then
        raise exception 'the database has products already';
    end if;
    -- Who signed in while the shop was empty makes way for the same person of the demo.
    delete from users u
     where u.cognito_sub like 'a0000000-0000-4000-8000-%'
       and not exists (select from notifications n where n.user_id = u.user_id)
       and not exists (select from notification_reads r where r.user_id = u.user_id)
       and not exists (select from email_subscriptions s where s.user_id = u.user_id)
       and not exists (select from digest_days d where d.user_id = u.user_id);
end
$$;

-- What the ledger says of each product in the end.
create temporary table totals (
    product_id uuid, stock_quantity integer, units_sold bigint, archived_at timestamptz
) on commit drop;

-- Foreign keys are taken off and put back as they were: a million rows are checked much faster
-- together than one by one. Nobody else sees the tables meanwhile.
create temporary table foreign_keys on commit drop as
    select conrelid::regclass as owner, conname as name, pg_get_constraintdef(oid) as definition
      from pg_constraint
     where contype = 'f' and connamespace = 'public'::regnamespace;

do $$
declare
    key record;
begin
    for key in select * from foreign_keys loop
        execute format('alter table %s drop constraint %I', key.owner, key.name);
    end loop;
end
$$;

-- What was booked long ago is no write of today: the trail of documents and movements begins now, and
-- nobody is told of old orders.
alter table sales disable trigger sales_audit;
alter table purchases disable trigger purchases_audit;
alter table stock_movements disable trigger stock_movements_audit;
alter table sale_lines disable trigger sale_lines_tell_of_order;

-- :rows

alter table sales enable trigger sales_audit;
alter table purchases enable trigger purchases_audit;
alter table stock_movements enable trigger stock_movements_audit;
alter table sale_lines enable trigger sale_lines_tell_of_order;

do $$
declare
    key record;
begin
    for key in select * from foreign_keys loop
        execute format('alter table %s add constraint %I %s', key.owner, key.name, key.definition);
    end loop;
end
$$;

update products p
   set stock_quantity = t.stock_quantity, units_sold = t.units_sold, archived_at = t.archived_at
  from totals t
 where t.product_id = p.product_id;

-- The mails of that time were sent at that time.
insert into outbox (topic, dedupe_key, order_key, payload, created_at, available_at, sent_at)
select 'stock-alerts', format('low-stock:%s:%s', product_id, episode), product_id::text,
       jsonb_build_object('title', title, 'message', message), created_at, created_at, created_at
  from notifications
 where episode is not null
 order by created_at, notification_id;

-- Whoever sold, bought or read something was there.
insert into user_sightings (user_id, last_seen_at)
select user_id, max(at)
  from (select actor_id, max(sold_at) from sales group by actor_id
        union all select actor_id, max(purchased_at) from purchases group by actor_id
        union all select user_id, max(read_at) from notification_reads group by user_id) seen (user_id, at)
 where user_id is not null and at is not null
 group by user_id;

do $$
begin
    perform refresh_summaries();
end
$$;

\ir verify.sql

commit;

vacuum (analyze) users, products, sales, sale_lines, purchases, purchase_lines, stock_movements,
    expenses, notifications, notification_reads, alert_states, outbox, audit_log,
    sales_summary, purchase_summary, expense_summary, expense_by_category;
