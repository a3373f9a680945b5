-- What must still leave the building (mails by SNS, images to be deleted, changes of the user pool):
-- written in the transaction that makes it true, delivered by stockpilot-notifier afterwards. A change that is rolled back leaves nothing to publish; one that
-- is committed is published at least once, whatever crashes in between, under the same message_id
-- each time.

create table outbox (
    -- Within an order_key the order of publication. It is drawn while the caller holds the lock
    -- under which such messages are made (a product's row), so it is the order of the commits too.
    outbox_id    bigint      not null generated always as identity,
    message_id   uuid        not null default gen_random_uuid(),
    topic        text        not null,
    -- What happened, so that it is told once: 'low-stock:<product>:<episode>'.
    dedupe_key   text        not null,
    -- Messages of one key leave one after the other; null: in any order.
    order_key    text,
    -- The facts, in snake_case; of a mail with title and message, which the same notification shows
    -- in the app.
    payload      jsonb       not null,
    created_at   timestamptz not null default clock_timestamp(),
    -- Tries begun, a running one included.
    attempts     integer     not null default 0,
    -- Tries that the destination refused. Only these park a message: an outage says nothing about it.
    refusals     integer     not null default 0,
    -- Not before this. A claim puts it off by its lease: whoever dies with a claim loses it then.
    available_at timestamptz not null default clock_timestamp(),
    claimed_by   uuid,
    sent_at      timestamptz,
    -- Parked: tried so often in vain that it waits for a person.
    dead_at      timestamptz,
    last_error   text,

    constraint outbox_pkey primary key (outbox_id),
    constraint outbox_message_id_key unique (message_id),
    constraint outbox_dedupe_key_key unique (dedupe_key),
    constraint outbox_topic_known
        check (topic in ('stock-alerts', 'system-alerts', 'order-notifications',
                         'image-deletions', 'user-pool')),
    constraint outbox_dedupe_key_length check (char_length(dedupe_key) between 1 and 200),
    -- People read the title of each, of one that is parked at the latest; mails have a message too.
    constraint outbox_payload_has_text
        check (payload ? 'title' and (payload ? 'message' or topic in ('image-deletions', 'user-pool'))),
    constraint outbox_last_error_length check (char_length(last_error) <= 500),
    constraint outbox_not_sent_and_dead check (sent_at is null or dead_at is null)
);

create index outbox_pending_idx on outbox (available_at, outbox_id)
    where sent_at is null and dead_at is null;
create index outbox_order_key_idx on outbox (order_key, outbox_id)
    where sent_at is null and dead_at is null;
create index outbox_parked_idx on outbox (outbox_id) where dead_at is not null;
create index outbox_claimed_by_idx on outbox (claimed_by) where claimed_by is not null;
create index outbox_sent_at_idx on outbox (sent_at) where sent_at is not null;

-- A hint only: the notifier looks by itself as well.
create function outbox_tell() returns trigger
    language plpgsql
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform pg_notify('stockpilot_outbox', '');
    return null;
end
$$;

create trigger outbox_tell after insert on outbox for each statement execute function outbox_tell();

-- As in 0006, and the message that leaves the building.
create or replace function open_low_stock_episode(p_product products, p_level integer) returns uuid
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    opened alert_states;
    alert  notifications;
begin
    insert into alert_states as a (product_id, state, episode, level)
    values (p_product.product_id, 'low', 1, p_level)
    on conflict (product_id) do update
        set state = 'low', episode = a.episode + 1, level = p_level,
            changed_at = clock_timestamp()
    returning a.* into opened;

    insert into notifications (type, title, message, product_id, episode)
    values ('stock_alert',
            left(format('%s: %s',
                        case when p_product.stock_quantity = 0 then 'Out of stock'
                             else 'Low stock' end, p_product.name), 200),
            case when p_product.stock_quantity = 0
                 then format('%s is out of stock.', p_product.name)
                 else format('%s has %s left.', p_product.name, p_product.stock_quantity) end
            || case when p_level > p_product.minimum_stock
                    then format(' That is below the threshold of %s.', p_level)
                    else format(' Its minimum is %s.', p_product.minimum_stock) end,
            p_product.product_id, opened.episode)
    returning * into alert;

    insert into outbox (topic, dedupe_key, order_key, payload)
    values ('stock-alerts',
            format('low-stock:%s:%s', p_product.product_id, opened.episode),
            p_product.product_id::text,
            jsonb_build_object(
                'title', alert.title, 'message', alert.message,
                'notification_id', alert.notification_id, 'product_id', p_product.product_id,
                'product_name', p_product.name, 'sku', p_product.sku,
                'stock_quantity', p_product.stock_quantity, 'level', p_level,
                'minimum_stock', p_product.minimum_stock, 'episode', opened.episode,
                'happened_at', alert.created_at));
    return alert.notification_id;
end
$$;

-- A message about the system itself, for administrators: in the app and by the topic. Told once for
-- each key. p_mail false: in the app only, for what is wrong with the mail.
create function tell_administrators(p_key text, p_title text, p_message text,
                                    p_mail boolean default true) returns boolean
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    alert notifications;
begin
    if exists (select from outbox where dedupe_key = p_key) then
        return false;
    end if;
    insert into notifications (type, title, message)
    values ('system', left(p_title, 200), left(p_message, 4000))
    returning * into alert;
    insert into outbox (topic, dedupe_key, payload, sent_at)
    values ('system-alerts', p_key,
            jsonb_build_object('title', alert.title, 'message', alert.message,
                               'notification_id', alert.notification_id,
                               'happened_at', alert.created_at),
            case when not p_mail then clock_timestamp() end)
    on conflict (dedupe_key) do nothing;
    return true;
end
$$;

-- Claims up to p_limit messages that are due, for p_lease, of the topics p_topics only (null: of
-- all): what has no topic to go to waits. Of an order_key only the first that is not out yet can be
-- claimed, also by several at the same time: what another one holds is skipped, and what stands
-- behind it has to wait.
create function claim_outbox(p_claimant uuid, p_limit integer, p_lease interval,
                             p_topics text[] default null) returns setof outbox
    language sql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
    with due as (
        select o.outbox_id
          from outbox o
         where o.sent_at is null and o.dead_at is null and o.available_at <= clock_timestamp()
           and (p_topics is null or o.topic = any (p_topics))
           and not exists (select from outbox e
                            where e.order_key = o.order_key and e.outbox_id < o.outbox_id
                              and e.sent_at is null and e.dead_at is null)
         order by o.available_at, o.outbox_id
         limit p_limit
           for no key update skip locked)
    update outbox o
       set claimed_by = p_claimant, attempts = attempts + 1,
           available_at = clock_timestamp() + p_lease
      from due
     where o.outbox_id = due.outbox_id
    returning o.*;
$$;

-- The three ways a claim ends. Each is false when the claim was lost meanwhile: the lease was over,
-- and another one has it now.
create function outbox_sent(p_outbox bigint, p_claimant uuid) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    update outbox set sent_at = clock_timestamp(), claimed_by = null, last_error = null
     where outbox_id = p_outbox and claimed_by = p_claimant and sent_at is null;
    return found;
end
$$;

create function outbox_failed(p_outbox bigint, p_claimant uuid, p_error text, p_pause interval)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    update outbox
       set claimed_by = null, last_error = left(p_error, 500),
           available_at = clock_timestamp() + p_pause
     where outbox_id = p_outbox and claimed_by = p_claimant and sent_at is null;
    return found;
end
$$;

-- Parks it, lets what waits behind it go on, and tells the administrators. That a message about the
-- system cannot leave is told in the app only.
create function outbox_parked(p_outbox bigint, p_claimant uuid, p_error text) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    parked outbox;
begin
    update outbox
       set claimed_by = null, last_error = left(p_error, 500), dead_at = clock_timestamp()
     where outbox_id = p_outbox and claimed_by = p_claimant and sent_at is null
    returning * into parked;
    if not found then
        return false;
    end if;
    perform tell_administrators(
        format('parked:%s:%s', p_outbox, parked.attempts),
        'A message could not be sent',
        format('Message %s to %s was put aside after %s tries: %s. It was: %s. '
               'stockpilotctl outbox shows it and sends it again.',
               p_outbox, parked.topic, parked.attempts, parked.last_error,
               parked.payload ->> 'title'),
        p_mail => parked.topic <> 'system-alerts');
    return true;
end
$$;

-- What a person does with it: sends again what is parked or waits, as if it had not been tried yet,
-- or parks what waits.
create function outbox_retry(p_outbox bigint) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    update outbox
       set dead_at = null, claimed_by = null, attempts = 0, refusals = 0,
           available_at = clock_timestamp()
     where outbox_id = p_outbox and sent_at is null;
    if found then
        perform pg_notify('stockpilot_outbox', '');
        return true;
    end if;
    return false;
end
$$;

create function outbox_park(p_outbox bigint) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    update outbox set dead_at = clock_timestamp(), claimed_by = null
     where outbox_id = p_outbox and sent_at is null and dead_at is null;
    return found;
end
$$;

-- Orders above this are told on the topic order-notifications; null: none are.
alter table settings
    add column order_notification_amount numeric(14,2),
    add constraint settings_order_notification_amount_positive
        check (order_notification_amount > 0 and order_notification_amount <> 'NaN');

create function tell_of_order() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    -- Once for each sale, when its last line is there: the statement's rows are one sale's.
    sold  record;
    alert notifications;
begin
    for sold in
        select l.sale_id, sum(l.total_amount) as total, sum(l.quantity) as units, s.currency
          from lines l cross join settings s
         group by l.sale_id, s.currency, s.order_notification_amount
        having sum(l.total_amount) >= s.order_notification_amount
    loop
        insert into notifications (type, title, message)
        values ('order_notification',
                format('Sale of %s %s', sold.total, sold.currency),
                format('A sale of %s units for %s %s was booked.', sold.units, sold.total,
                       sold.currency))
        returning * into alert;
        insert into outbox (topic, dedupe_key, payload)
        values ('order-notifications', format('sale:%s', sold.sale_id),
                jsonb_build_object('title', alert.title, 'message', alert.message,
                                   'notification_id', alert.notification_id,
                                   'sale_id', sold.sale_id, 'total_amount', sold.total,
                                   'currency', sold.currency, 'happened_at', alert.created_at));
    end loop;
    return null;
end
$$;

create trigger sale_lines_tell_of_order
    after insert on sale_lines
    referencing new table as lines
    for each statement execute function tell_of_order();

grant execute on function
    claim_outbox(uuid, integer, interval, text[]),
    outbox_sent(bigint, uuid),
    outbox_failed(bigint, uuid, text, interval),
    outbox_parked(bigint, uuid, text),
    outbox_retry(bigint),
    outbox_park(bigint)
    to stockpilot_app;
