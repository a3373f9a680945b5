-- In-app messages. One row is for one person, or for everyone (user_id null). Who has read or
-- put aside a message is that person's own matter and stands in notification_reads.

create table notifications (
    notification_id uuid        not null default gen_random_uuid(),
    user_id         uuid,
    type            text        not null,
    title           text        not null,
    message         text        not null,
    -- Only on the alert of a low-stock episode, which it names (see alert_states).
    product_id      uuid,
    episode         integer,
    created_at      timestamptz not null default clock_timestamp(),

    constraint notifications_pkey primary key (notification_id),
    constraint notifications_user_fkey foreign key (user_id) references users (user_id),
    constraint notifications_product_fkey foreign key (product_id)
        references products (product_id) on delete set null,
    -- What makes "one alert per episode" true, whoever writes.
    constraint notifications_episode_key unique (product_id, episode),
    constraint notifications_type_known
        check (type in ('stock_alert', 'user_activity', 'system', 'order_notification')),
    constraint notifications_title_length check (char_length(title) between 1 and 200),
    constraint notifications_message_length check (char_length(message) between 1 and 4000)
);

-- Lists are merged from two ranges, everyone's and one's own. Partial indexes for the former,
-- because the planner does not see that "user_id is null" leaves the rest of an index in order.
create index notifications_everyones_idx
    on notifications (created_at desc, notification_id desc) where user_id is null;
create index notifications_everyones_type_idx
    on notifications (type, created_at desc, notification_id desc) where user_id is null;
create index notifications_user_idx
    on notifications (user_id, created_at desc, notification_id desc);

create table notification_reads (
    notification_id uuid        not null,
    user_id         uuid        not null,
    read_at         timestamptz,
    dismissed_at    timestamptz,

    constraint notification_reads_pkey primary key (user_id, notification_id),
    constraint notification_reads_notification_fkey foreign key (notification_id)
        references notifications (notification_id) on delete cascade,
    constraint notification_reads_user_fkey foreign key (user_id) references users (user_id)
);

create index notification_reads_notification_idx on notification_reads (notification_id);

create trigger notifications_audit
    after insert or update or delete on notifications
    for each row execute function audit_row('notification_id');

grant insert (notification_id, user_id, type, title, message), delete
    on notifications to stockpilot_app;
grant insert, update (read_at, dismissed_at), delete on notification_reads to stockpilot_app;
