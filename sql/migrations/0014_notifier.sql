-- What stockpilot-notifier works with: who wants which mail, refusals counted apart from outages,
-- the jobs of the night, and the verification of the books.

-- The last day of the business whose p_hour has come, and the instant when it came. An hour that a
-- change of clocks leaves out comes an hour later; one that comes twice counts once.
create function hour_of_day(p_day date, p_hour integer) returns timestamptz
    language sql stable
    return (select (p_day + make_interval(hours => p_hour)) at time zone business_time_zone
              from settings);

create function last_day_with_hour(p_hour integer, p_now timestamptz default clock_timestamp())
    returns date
    language sql stable
    return case when hour_of_day(business_day(p_now), p_hour) <= p_now
                then business_day(p_now) else business_day(p_now) - 1 end;


-- How somebody wants to be told by mail. Nobody is mailed unasked: the shop's own subscription to a
-- topic gets everything as it is.
alter table users
    add column alert_delivery text    not null default 'off',
    add column digest_hour    integer not null default 8,
    add constraint users_alert_delivery_known
        check (alert_delivery in ('immediate', 'digest', 'off')),
    add constraint users_digest_hour_range check (digest_hour between 0 and 23),
    add constraint users_alerts_have_address check (alert_delivery = 'off' or email is not null);

grant update (alert_delivery, digest_hour) on users to stockpilot_app;

-- The day of everybody's last digest, so that there is one a day, also when the hour is changed. Apart
-- from the users: a digest is no change of a user that the audit trail should tell of.
create table digest_days (
    user_id uuid not null,
    day     date not null,

    constraint digest_days_pkey primary key (user_id),
    constraint digest_days_user_fkey foreign key (user_id) references users (user_id)
);

-- Whoever asks for a digest after its hour has the first one tomorrow.
create function users_choose_digest() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into digest_days as d (user_id, day)
    values (new.user_id, last_day_with_hour(new.digest_hour))
    on conflict (user_id) do update set day = greatest(d.day, excluded.day);
    return null;
end
$$;

create trigger users_choose_digest
    after update of alert_delivery, digest_hour on users
    for each row when (new.alert_delivery = 'digest'
                       and (new.alert_delivery, new.digest_hour)
                           is distinct from (old.alert_delivery, old.digest_hour))
    execute function users_choose_digest();

-- Who gets mail has an e-mail subscription to the topic, made once for each address: SNS then asks
-- the person for consent. Its filter lets through what names the user as a recipient.
create table email_subscriptions (
    user_id       uuid        not null,
    topic         text        not null,
    email         text        not null,
    attempts      integer     not null default 0,
    available_at  timestamptz not null default clock_timestamp(),
    subscribed_at timestamptz,
    -- Refused so often that it waits for another address.
    dead_at       timestamptz,
    last_error    text,

    constraint email_subscriptions_pkey primary key (user_id, topic),
    constraint email_subscriptions_user_fkey foreign key (user_id) references users (user_id),
    constraint email_subscriptions_topic_known
        check (topic in ('stock-alerts', 'system-alerts', 'order-notifications')),
    constraint email_subscriptions_last_error_length check (char_length(last_error) <= 500)
);

create index email_subscriptions_pending_idx on email_subscriptions (available_at)
    where subscribed_at is null and dead_at is null;

create function users_want_mail() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into email_subscriptions as s (user_id, topic, email)
    select new.user_id, t.topic, new.email
      from unnest(array['stock-alerts', 'order-notifications', 'system-alerts']) t (topic)
     where t.topic <> 'system-alerts' or new.role = 'admin'
    on conflict (user_id, topic) do update
        set email = excluded.email, attempts = 0, available_at = clock_timestamp(),
            subscribed_at = null, dead_at = null, last_error = null
        where s.email <> excluded.email;
    if found then
        perform pg_notify('stockpilot_outbox', '');
    end if;
    return null;
end
$$;

create trigger users_want_mail
    after update of alert_delivery, email, role on users
    for each row when (new.alert_delivery <> 'off')
    execute function users_want_mail();

-- A lease as with claim_outbox(). Two who subscribe the same address do no harm: SNS keeps one.
create function claim_subscriptions(p_limit integer, p_lease interval, p_topics text[])
    returns setof email_subscriptions
    language sql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
    with due as (
        select user_id, topic from email_subscriptions
         where subscribed_at is null and dead_at is null and available_at <= clock_timestamp()
           and topic = any (p_topics)
         order by available_at limit p_limit
           for no key update skip locked)
    update email_subscriptions s
       set attempts = attempts + 1, available_at = clock_timestamp() + p_lease
      from due
     where (s.user_id, s.topic) = (due.user_id, due.topic)
    returning s.*;
$$;

-- p_error null: it is made. Given up after p_maximum refusals; null: it was none, and is tried again.
-- An address that was changed meanwhile is another subscription.
create function subscription_tried(p_user uuid, p_topic text, p_email text, p_error text,
                                   p_pause interval, p_maximum integer) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    update email_subscriptions
       set subscribed_at = case when p_error is null then clock_timestamp() end,
           dead_at = case when attempts >= p_maximum and p_error is not null then clock_timestamp() end,
           last_error = left(p_error, 500),
           attempts = case when p_maximum is null then attempts - 1 else attempts end,
           available_at = clock_timestamp() + coalesce(p_pause, '0')
     where user_id = p_user and topic = p_topic and email = p_email and subscribed_at is null;
    return found;
end
$$;


-- SNS will not have it. 'failed': it is tried again after p_pause; 'parked': that was the
-- p_maximum-th time; 'lost': the claim was.
create function outbox_refused(p_outbox bigint, p_claimant uuid, p_error text, p_pause interval,
                               p_maximum integer) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    tries integer;
begin
    update outbox set refusals = refusals + 1
     where outbox_id = p_outbox and claimed_by = p_claimant and sent_at is null
    returning refusals into tries;
    if not found then
        return 'lost';
    elsif tries >= p_maximum then
        perform outbox_parked(p_outbox, p_claimant, p_error);
        return 'parked';
    end if;
    perform outbox_failed(p_outbox, p_claimant, p_error, p_pause);
    return 'failed';
end
$$;

-- Gives back whatever the claimant holds, as if it had not been tried.
create function release_outbox(p_claimant uuid) returns bigint
    language sql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
    with released as (
        update outbox
           set claimed_by = null, attempts = attempts - 1, available_at = clock_timestamp()
         where claimed_by = p_claimant and sent_at is null and dead_at is null
        returning 1)
    select count(*) from released;
$$;

-- Who is named on it: whom a digest is for, else whoever wants such messages at once.
create function outbox_recipients(p_message outbox) returns jsonb
    language sql stable
    set search_path = pg_catalog, public, pg_temp
as $$
    select coalesce(p_message.payload -> 'recipients',
                    (select jsonb_agg(user_id order by user_id) from users
                      where alert_delivery = 'immediate' and disabled_at is null and role <> 'none'
                        and (p_message.topic <> 'system-alerts' or role = 'admin')));
$$;

-- For a periodic job; a bounded number at a time. What has waited 7 days for a topic that is not
-- among p_topics is put aside, without a message about it to the same nowhere. What was sent or put
-- aside is kept for 30 days.
create function tidy_outbox(p_topics text[]) returns bigint
    language sql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
    with stale as (
        update outbox set dead_at = clock_timestamp(), last_error = 'no topic was configured for it'
         where outbox_id = any (array(
            select outbox_id from outbox
             where sent_at is null and dead_at is null and claimed_by is null
               and created_at < now() - interval '7 days' and topic <> all (p_topics)
             limit 100 for update skip locked))
        returning 1
    ), sent as (
        delete from outbox
         where outbox_id = any (array(
            select outbox_id from outbox where sent_at < now() - interval '30 days'
             order by sent_at limit 100 for update skip locked))
        returning 1
    ), parked as (
        delete from outbox
         where outbox_id = any (array(
            select outbox_id from outbox where dead_at < now() - interval '30 days'
             order by outbox_id limit 100 for update skip locked))
        returning 1)
    select (select count(*) from stale) + (select count(*) from sent) + (select count(*) from parked);
$$;


-- The digests whose hour has come: one message for all who want it at that hour, with what was told
-- since that hour of the day before. Returns how many were made. A day without an alert has none.
create function make_digests() returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    zone   text    := (select business_time_zone from settings);
    made   integer := 0;
    due    record;
    people uuid[];
    told   record;
begin
    -- One at a time; a second caller leaves at once.
    if not pg_try_advisory_xact_lock(hashtextextended('stockpilot digests', 0)) then
        return 0;
    end if;
    for due in
        select u.digest_hour as hour, last_day_with_hour(u.digest_hour) as day
          from users u join digest_days d on d.user_id = u.user_id
         where u.alert_delivery = 'digest' and u.disabled_at is null and u.role <> 'none'
           and d.day < last_day_with_hour(u.digest_hour)
         group by u.digest_hour
    loop
        with served as (
            update digest_days d set day = due.day
              from users u
             where u.user_id = d.user_id and d.day < due.day
               and u.alert_delivery = 'digest' and u.digest_hour = due.hour
               and u.disabled_at is null and u.role <> 'none'
            returning d.user_id)
        select array_agg(user_id order by user_id) into people from served;

        select count(*) as alerts, max(a.happened) as last,
               string_agg(format('%s  %s', to_char(a.happened, 'YYYY-MM-DD HH24:MI'), a.message),
                          E'\n' order by a.created_at) filter (where a.place <= 200) as lines
          into told
          from (select n.created_at, n.created_at at time zone zone as happened, n.message,
                       row_number() over (order by n.created_at) as place
                  from notifications n
                 where n.user_id is null and n.type in ('stock_alert', 'order_notification')
                   and n.created_at >= hour_of_day(due.day - 1, due.hour)
                   and n.created_at < hour_of_day(due.day, due.hour)) a;
        continue when told.alerts = 0;

        insert into outbox (topic, dedupe_key, payload)
        values ('stock-alerts', format('digest:%s:%s', due.day, due.hour),
                jsonb_build_object(
                    'kind', 'digest',
                    'title', format('%s %s until %s %s:00', told.alerts,
                                    case told.alerts when 1 then 'alert' else 'alerts' end,
                                    due.day, lpad(due.hour::text, 2, '0')),
                    'message', told.lines
                               || case when told.alerts > 200
                                       then format(E'\n… and %s more.', told.alerts - 200)
                                       else '' end,
                    'recipients', to_jsonb(people),
                    'happened_at', hour_of_day(due.day, due.hour)))
        on conflict (dedupe_key) do nothing;
        made := made + found::integer;
    end loop;
    return made;
end
$$;


-- Jobs that are done once a day of the business, by whichever notifier comes first.
create table daily_jobs (
    job           text        not null,
    -- The last day it was done for.
    done_on       date        not null default '-infinity',
    -- Somebody is at it until then, or died with it.
    claimed_until timestamptz not null default '-infinity',

    constraint daily_jobs_pkey primary key (job),
    constraint daily_jobs_job_known check (job in ('verification'))
);

insert into daily_jobs (job) values ('verification');

-- The day that the job is to be done for now, if it is due and nobody is at it; else null.
create function claim_daily_job(p_job text, p_hour integer, p_lease interval) returns date
    language sql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
    update daily_jobs set claimed_until = clock_timestamp() + p_lease
     where job = p_job and done_on < last_day_with_hour(p_hour)
       and claimed_until < clock_timestamp()
    returning last_day_with_hour(p_hour);
$$;

create function verification_done(p_day date, p_differences integer) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    update daily_jobs set done_on = p_day, claimed_until = '-infinity' where job = 'verification';
    if p_differences > 0 then
        perform tell_administrators(
            format('verification:%s', p_day),
            'The books do not add up',
            format('The verification of %s found %s: stockpilotctl verify shows them.', p_day,
                   case p_differences when 1 then 'a difference'
                        else p_differences || ' differences' end));
    end if;
end
$$;


-- Episodes from before there was an outbox have no message in it.
alter table settings add column outbox_since timestamptz not null default now();

-- Computes everything anew from what it is derived from, by other means than what keeps it, and
-- returns each difference. Stable: all of it is seen as of one moment. Summaries of days that wait
-- for roll_up_summaries() are left out.
create function verify_books()
    returns table (what text, row_id text, expected text, found text)
    language sql stable
    set search_path = pg_catalog, public, pg_temp
as $$
    with zone as (
        select business_time_zone as name, outbox_since from settings
    ), waiting as (
        select distinct day from summary_changes
    ), ledger as (
        select movement_id, quantity, quantity_after, moved_at,
               lag(quantity_after, 1, 0) over w as former,
               lag(moved_at, 1, moved_at) over w as former_time
          from stock_movements
        window w as (partition by product_id order by sequence)
    ), moved as (
        select m.product_id, sum(m.quantity) as stock,
               -coalesce(sum(m.quantity) filter (
                   where m.type = 'sale' or origin.type = 'sale'), 0) as sold
          from stock_movements m
          left join stock_movements origin on origin.movement_id = m.reversal_of
         group by m.product_id
    ), sold as (
        select l.*, r.movement_id as reversal_id
          from sale_lines l
          join stock_movements m on m.sale_line_id = l.sale_line_id
          left join stock_movements r on r.reversal_of = m.movement_id
    ), bought as (
        select l.*, r.movement_id as reversal_id
          from purchase_lines l
          join stock_movements m on m.purchase_line_id = l.purchase_line_id
          left join stock_movements r on r.reversal_of = m.movement_id
    ), day_figures as (
        select 'sales summary' as what, (sold_at at time zone zone.name)::date as day,
               null as category, sum(quantity * unit_price) as total
          from sold cross join zone where reversal_id is null group by 2
        union all
        select 'purchase summary', (purchased_at at time zone zone.name)::date, null,
               sum(round(quantity * unit_cost, 2))
          from bought cross join zone where reversal_id is null group by 2
        union all
        select 'expense summary', spent_on, null, sum(amount)
          from expenses where voided_at is null group by 2
        union all
        select 'expense by category', spent_on, category, sum(amount)
          from expenses where voided_at is null group by 2, 3
    ), day_rows as (
        select 'sales summary' as what, day, null as category, total_value as total
          from sales_summary
        union all
        select 'purchase summary', day, null, total_purchased from purchase_summary
        union all
        select 'expense summary', day, null, total_expenses from expense_summary
        union all
        select 'expense by category', day, category, amount from expense_by_category
    ), changes as (
        select 'sales summary' as what, day, change_percentage, total_value as total,
               lag(total_value) over (order by day) as former
          from sales_summary
        union all
        select 'purchase summary', day, change_percentage, total_purchased,
               lag(total_purchased) over (order by day)
          from purchase_summary
    )
    select 'ledger: stock after', movement_id::text, (former + quantity)::text, quantity_after::text
      from ledger where quantity_after <> former + quantity
    union all
    select 'ledger: time', movement_id::text, 'not before ' || former_time, moved_at::text
      from ledger where moved_at < former_time
    union all
    select 'product: stock', p.product_id::text, coalesce(m.stock, 0)::text, p.stock_quantity::text
      from products p left join moved m on m.product_id = p.product_id
     where p.stock_quantity <> coalesce(m.stock, 0)
    union all
    select 'product: units sold', p.product_id::text, coalesce(m.sold, 0)::text, p.units_sold::text
      from products p left join moved m on m.product_id = p.product_id
     where p.units_sold <> coalesce(m.sold, 0)
    union all
    select 'sale line: movement', coalesce(l.sale_line_id, m.movement_id)::text,
           coalesce(format('%s of %s', -l.quantity, l.product_id), 'none'),
           coalesce(format('%s of %s', m.quantity, m.product_id), 'none')
      from (select sale_line_id, product_id, quantity from sale_lines) l
      full join (select * from stock_movements where type = 'sale') m
        on m.sale_line_id = l.sale_line_id
     where (m.product_id, m.quantity) is distinct from (l.product_id, -l.quantity)
    union all
    select 'purchase line: movement', coalesce(l.purchase_line_id, m.movement_id)::text,
           coalesce(format('%s of %s', l.quantity, l.product_id), 'none'),
           coalesce(format('%s of %s', m.quantity, m.product_id), 'none')
      from (select purchase_line_id, product_id, quantity from purchase_lines) l
      full join (select * from stock_movements where type = 'purchase') m
        on m.purchase_line_id = l.purchase_line_id
     where (m.product_id, m.quantity) is distinct from (l.product_id, l.quantity)
    union all
    select 'reversal', m.movement_id::text,
           format('reversal of %s of %s', -origin.quantity, origin.product_id),
           format('%s of %s of %s', m.type, m.quantity, m.product_id)
      from stock_movements m
      left join stock_movements origin on origin.movement_id = m.reversal_of
     where m.reversal_of is not null
       and ((m.product_id, m.quantity, m.type)
            is distinct from (origin.product_id, -origin.quantity, 'reversal')
            or origin.type = 'reversal' or origin.sequence > m.sequence)
    union all
    select 'sale: total', s.sale_id::text, l.total::text, l.booked::text
      from sales s
      left join (select sale_id, sum(quantity * unit_price) as total, sum(total_amount) as booked
                   from sale_lines group by sale_id) l on l.sale_id = s.sale_id
     where l.booked is distinct from l.total or l.sale_id is null
    union all
    select 'purchase: total', p.purchase_id::text, l.total::text, l.booked::text
      from purchases p
      left join (select purchase_id, sum(round(quantity * unit_cost, 2)) as total,
                        sum(total_cost) as booked
                   from purchase_lines group by purchase_id) l on l.purchase_id = p.purchase_id
     where l.booked is distinct from l.total or l.purchase_id is null
    union all
    select 'sale line: document', l.sale_line_id::text, s.sold_at::text, l.sold_at::text
      from sale_lines l left join sales s on s.sale_id = l.sale_id
     where s.sold_at is distinct from l.sold_at
    union all
    select 'purchase line: document', l.purchase_line_id::text, p.purchased_at::text,
           l.purchased_at::text
      from purchase_lines l left join purchases p on p.purchase_id = l.purchase_id
     where p.purchased_at is distinct from l.purchased_at
    union all
    select d.what, d.id::text, 'not in the future', d.at::text
      from (select 'sale: time' as what, sale_id as id, sold_at as at from sales
            union all
            select 'purchase: time', purchase_id, purchased_at from purchases) d
     where d.at > clock_timestamp()
    union all
    select what, trim(day || ' ' || category), f.total::text, r.total::text
      from (select what, day, coalesce(category, '') as category, total from day_figures) f
      full join (select what, day, coalesce(category, '') as category, total from day_rows) r
          using (what, day, category)
     where f.total is distinct from r.total and day not in (select day from waiting)
    union all
    select what || ': change', day::text,
           coalesce(case when former <> 0 then round((total - former) * 100 / former, 2) end::text,
                    'none'),
           coalesce(change_percentage::text, 'none')
      from changes
     where change_percentage is distinct from
           case when former <> 0 then round((total - former) * 100 / former, 2) end
    union all
    select 'low-stock episode: state', a.product_id::text, 'ok', a.state
      from alert_states a join products p on p.product_id = a.product_id
     where a.state = 'low' and (p.stock_quantity >= a.level or p.archived_at is not null)
    union all
    select 'low-stock episode: notifications', a.product_id::text, a.episode::text,
           coalesce(n.told, 0)::text
      from alert_states a
      left join (select n.product_id, count(*) as told
                   from notifications n join alert_states s on s.product_id = n.product_id
                  where n.episode between 1 and s.episode
                  group by n.product_id) n on n.product_id = a.product_id
     where a.episode <> coalesce(n.told, 0)
    union all
    -- What was sent is forgotten after 30 days: see tidy_outbox().
    select 'low-stock episode: message', format('%s:%s', n.product_id, n.episode), '1', '0'
      from notifications n cross join zone
     where n.episode is not null and n.created_at >= zone.outbox_since
       and n.created_at > now() - interval '29 days'
       and not exists (select from outbox o
                        where o.dedupe_key = format('low-stock:%s:%s', n.product_id, n.episode));
$$;


grant execute on function
    verify_books(),
    outbox_refused(bigint, uuid, text, interval, integer),
    outbox_recipients(outbox),
    release_outbox(uuid),
    tidy_outbox(text[]),
    claim_subscriptions(integer, interval, text[]),
    subscription_tried(uuid, text, text, text, interval, integer),
    make_digests(),
    claim_daily_job(text, integer, interval),
    verification_done(date, integer)
    to stockpilot_app;
