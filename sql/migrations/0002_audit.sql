-- The audit trail: who changed what, written by triggers, so that no writer can forget it and
-- the application cannot forge it. Append-only.

create table audit_log (
    audit_id   bigint      not null generated always as identity,
    at         timestamptz not null default clock_timestamp(),
    actor_id   uuid,
    request_id text,
    table_name text        not null,
    row_id     uuid        not null,
    action     text        not null,
    before     jsonb,
    after      jsonb,

    constraint audit_log_pkey primary key (audit_id),
    constraint audit_log_action_known check (action in ('insert', 'update', 'delete'))
);

create index audit_log_row_idx on audit_log (row_id, audit_id desc);

-- Statement trigger for tables whose rows are history. Privileges keep the application out;
-- this keeps out a slip of the owner's hand.
create function refuse_change() returns trigger
    language plpgsql
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    raise exception using
        errcode = 'SP005',
        message = format('%s is append-only: %s refused', tg_table_name, lower(tg_op)),
        table = tg_table_name,
        hint = 'A wrong row is corrected by a further row.';
end
$$;

create trigger audit_log_append_only
    before update or delete or truncate on audit_log
    for each statement execute function refuse_change();

-- Row trigger; its argument is the name of the table's uuid primary key column.
create function audit_row() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    after  jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
begin
    insert into audit_log (actor_id, request_id, table_name, row_id, action, before, after)
    values (current_actor(), current_request_id(), tg_table_name,
            (coalesce(after, before) ->> tg_argv[0])::uuid, lower(tg_op), before, after);
    return null;
end
$$;

create trigger users_audit
    after insert or update or delete on users
    for each row execute function audit_row('user_id');
