-- Settings of the business, the people who act, and how the database knows who is acting.

create extension if not exists pg_trgm;

-- Also granted by roles.sql; repeated, so that a database restored or made without that file
-- gives the application the same rights.
alter default privileges in schema public grant select on tables to stockpilot_app;
alter default privileges revoke execute on functions from public;

create table settings (
    singleton             boolean     not null default true,
    business_time_zone    text        not null default 'UTC',
    currency              text        not null default 'USD',
    default_minimum_stock integer     not null default 10,
    updated_at            timestamptz not null default now(),

    constraint settings_pkey primary key (singleton),
    constraint settings_single_row check (singleton),
    -- An unknown zone does not make this false, it raises 22023 by itself.
    constraint settings_time_zone_known
        check (timezone(business_time_zone, timestamptz '2000-01-01 00:00:00+00') is not null),
    constraint settings_currency_code check (currency ~ '^[A-Z]{3}$'),
    constraint settings_default_minimum_not_negative check (default_minimum_stock >= 0)
);

insert into settings default values;

create function default_minimum_stock() returns integer
    language sql stable
    return (select default_minimum_stock from settings);

grant execute on function default_minimum_stock() to stockpilot_app;


-- Rows are never deleted: ledger, audit and documents name their actor by user_id, without a
-- foreign key, because its check would lock the actor's row in every transaction of that user.
create table users (
    user_id     uuid        not null default gen_random_uuid(),
    cognito_sub text        not null,
    name        text        not null,
    email       text,
    role        text        not null default 'viewer',
    disabled_at timestamptz,
    created_at  timestamptz not null default now(),

    constraint users_pkey primary key (user_id),
    constraint users_cognito_sub_key unique (cognito_sub),
    constraint users_cognito_sub_length check (char_length(cognito_sub) between 1 and 128),
    constraint users_name_length check (char_length(name) between 1 and 200),
    constraint users_email_length check (char_length(email) between 3 and 320),
    constraint users_role_known check (role in ('none', 'viewer', 'staff', 'admin'))
);

create index users_name_idx on users (name, user_id);

-- Who is acting, and in which request, until the transaction ends: what audit rows and ledger
-- rows are signed with. act_as() is the same as set_config('stockpilot.actor', …, true) and
-- ('stockpilot.request_id', …, true). Empty or unset means the system itself. An actor that is
-- no UUID raises 22P02 rather than leaving a row unsigned.
create function act_as(p_actor uuid, p_request_id text) returns void
    language sql volatile
begin atomic
    select set_config('stockpilot.actor', coalesce(p_actor::text, ''), true),
           set_config('stockpilot.request_id', coalesce(p_request_id, ''), true);
end;

create function current_actor() returns uuid
    language sql stable
    return nullif(current_setting('stockpilot.actor', true), '')::uuid;

create function current_request_id() returns text
    language sql stable
    return nullif(current_setting('stockpilot.request_id', true), '');

-- Makes or refreshes the row of the person a valid token speaks of, and returns it. The name is
-- for a new row only: all an access token has is the sign-in name, and a person who is known by a
-- better one keeps it. An e-mail address that the token does not carry (null) leaves what is known
-- alone. Writes only when something changed, so calling it often costs a read.
create function see_user(p_cognito_sub text, p_name text, p_email text, p_role text) returns users
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    -- What an issuer allows in a token is more than fits here; a sign-in must not fail over that.
    known_email text := case when char_length(p_email) between 3 and 320 then p_email end;
    first_name  text := left(coalesce(p_name, known_email, p_cognito_sub), 200);
    seen users;
begin
    select * into seen from users where cognito_sub = p_cognito_sub;
    if found
        and seen.email is not distinct from coalesce(known_email, seen.email)
        and seen.role = p_role
    then
        return seen;
    end if;

    insert into users as u (cognito_sub, name, email, role)
    values (p_cognito_sub, first_name, known_email, p_role)
    on conflict (cognito_sub) do update
        set email = coalesce(known_email, u.email),
            role = p_role
    returning u.* into seen;
    return seen;
end
$$;

grant insert (user_id, cognito_sub, name, email, role), update (name, email, role)
    on users to stockpilot_app;
grant execute on function act_as(uuid, text), current_actor(), current_request_id(),
    see_user(text, text, text, text) to stockpilot_app;
