-- Inviting people, giving them roles and disabling them. The role is Cognito's group; what an
-- administrator decides here is written with a message of the outbox that takes it there, and until a
-- token can carry it the lower of the two counts. docs/decisions/user-administration.md says why.

alter table users
    -- Unknown of somebody invited, until the user pool has answered.
    alter column cognito_sub drop not null,
    add column invited_at     timestamptz,
    -- When the token was issued that `role` is from; null: nobody has signed in since there is this.
    add column role_issued_at timestamptz,
    -- What an administrator decided; null: what the tokens say.
    add column wanted_role    text,
    -- When the user pool had it; null: not yet.
    add column role_told_at   timestamptz,
    -- Of what an administrator edits: name, address, role, disabled.
    add column version        integer not null default 1,
    add constraint users_wanted_role_known check (wanted_role in ('viewer', 'staff', 'admin')),
    add constraint users_known_or_invited
        check (cognito_sub is not null or (invited_at is not null and email is not null));

create unique index users_invited_email_key on users (lower(email)) where invited_at is not null;

create function role_rank(p_role text) returns integer
    language sql immutable
    return array_position(array['none', 'viewer', 'staff', 'admin'], p_role);

-- Whether a token that was issued then may have the old groups still, or come from a pool whose clock
-- is not ours. What is issued later is believed.
create function predates_decision(p_user users, p_issued timestamptz) returns boolean
    language sql stable
    return p_user.wanted_role is not null
           and (p_user.role_told_at is null or p_issued is null
                or p_issued <= p_user.role_told_at + interval '5 minutes');

-- The role that a token of that role and time gives this user.
create function role_by_token(p_user users, p_role text, p_issued timestamptz) returns text
    language sql stable
    return case when predates_decision(p_user, p_issued)
                     and role_rank(p_user.wanted_role) < role_rank(p_role)
                then p_user.wanted_role else p_role end;

-- The role that counts now, going by the latest token; and the one that will once it has come through.
create function role_in_force(p_user users) returns text
    language sql stable
    return role_by_token(p_user, p_user.role, p_user.role_issued_at);

create function decided_role(p_user users) returns text
    language sql stable
    return case when predates_decision(p_user, p_user.role_issued_at)
                then p_user.wanted_role else p_user.role end;

create function users_version() returns trigger
    language plpgsql
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    if (new.name, new.email, decided_role(new), new.disabled_at)
        is distinct from (old.name, old.email, decided_role(old), old.disabled_at)
    then
        new.version := old.version + 1;
    end if;
    return new;
end
$$;

create trigger users_version before update on users
    for each row execute function users_version();

-- What administrators see.
create view user_accounts as
    select user_id, name, email, decided_role(users) as role, role_in_force(users) as role_in_force,
           disabled_at is not null as disabled,
           invited_at is not null and role_issued_at is null as invited, version
      from users;


-- Raises unless this user may do now what takes the role p_needed, with a token of that role, issued
-- then (seconds since 1970): SP010 disabled, SP011 not this role, SP014 there is no such user. It is
-- asked in the transaction of each request, so that a decision counts from the next request on, on
-- every host; of users about whom nothing was decided it need not be (src/store/pipeline.c).
create function check_caller(p_user uuid, p_role text, p_issued bigint, p_needed text)
    returns boolean
    language plpgsql stable
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    caller users;
begin
    select * into caller from users where user_id = p_user;
    if not found then
        raise exception 'the caller is not known any more' using errcode = 'SP014';
    elsif caller.disabled_at is not null then
        raise exception 'the caller is disabled' using errcode = 'SP010';
    elsif role_rank(role_by_token(caller, p_role, to_timestamp(p_issued))) < role_rank(p_needed) then
        raise exception 'the caller is no longer %', p_role using errcode = 'SP011';
    end if;
    return true;
end
$$;

-- The role that was decided needs no memory any more: no token lives longer than a day, those from before
-- the decision are gone.
create function decision_is_settled(p_user users) returns boolean
    language sql stable
    return coalesce(p_user.role_told_at < now() - interval '25 hours', false);

-- Whether a token has something to say that is not in the row: the role or the address, that it is the
-- first, or the first that is believed again.
create function token_tells_more(p_user users, p_role text, p_email text, p_issued timestamptz) returns boolean
    language sql stable
    return not coalesce(
        p_issued < p_user.role_issued_at
        or p_user.email is not distinct from coalesce(p_email, p_user.email)
           and p_user.role = p_role
           and (p_user.role_issued_at is not null or p_issued is null)
           and not decision_is_settled(p_user)
           and not (predates_decision(p_user, p_user.role_issued_at) and not predates_decision(p_user, p_issued)),
        false);

-- As in 0001, and tells old tokens from new ones: a token from before the one that is known changes
-- nothing. p_issued: seconds since 1970; null: unknown. An address that somebody else was invited under
-- is not taken from a token.
drop function see_user(text, text, text, text);
create function see_user(p_cognito_sub text, p_name text, p_email text, p_role text,
                         p_issued bigint default null) returns users
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    issued      timestamptz := to_timestamp(p_issued);
    known_email text := case when char_length(p_email) between 3 and 320 then p_email end;
    first_name  text := left(coalesce(p_name, known_email, p_cognito_sub), 200);
    seen users;
begin
    if known_email is not null and exists (
        select from users
         where lower(email) = lower(known_email) and invited_at is not null
           and cognito_sub is distinct from p_cognito_sub)
    then
        known_email := null;
    end if;
    select * into seen from users where cognito_sub = p_cognito_sub;
    if seen.user_id is not null and not token_tells_more(seen, p_role, known_email, issued) then
        return seen;
    end if;

    insert into users as u (cognito_sub, name, email, role, role_issued_at)
    values (p_cognito_sub, first_name, known_email, p_role, issued)
    on conflict (cognito_sub) do update
        set email = coalesce(known_email, u.email),
            role = case when issued < u.role_issued_at then u.role else p_role end,
            role_issued_at = greatest(issued, u.role_issued_at),
            wanted_role = case when not decision_is_settled(u) then u.wanted_role end,
            role_told_at = case when not decision_is_settled(u) then u.role_told_at end
        -- A page asks for many things at once: the first of these has written it.
        where token_tells_more(u, p_role, known_email, issued)
    returning u.* into seen;
    if not found then
        select * into seen from users where cognito_sub = p_cognito_sub;
    end if;
    return seen;
end
$$;


-- A message for the user pool, in the transaction that decides what it says. Messages of one person
-- leave in order. Nothing personal stands in it: who takes it there looks that up.
create function tell_user_pool(p_user users, p_action text, p_role text default null) returns void
    language sql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
    insert into outbox (topic, dedupe_key, order_key, payload)
    values ('user-pool', format('user:%s:%s:%s', p_user.user_id, p_action, p_user.version),
            format('user:%s', p_user.user_id),
            jsonb_strip_nulls(jsonb_build_object(
                'title', format('user %s: %s', p_user.user_id, p_action),
                'action', p_action, 'user_id', p_user.user_id, 'role', p_role)));
$$;

-- Decisions about people are made one after the other, and by whom may make them still.
create function lock_administration() returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    administrator users;
begin
    perform pg_advisory_xact_lock(hashtextextended('stockpilot administration', 0));
    if current_actor() is null then
        return; -- no request: the owner, by hand
    end if;
    select * into administrator from users where user_id = current_actor();
    if not found then
        raise exception 'the caller is not known any more' using errcode = 'SP014';
    elsif administrator.disabled_at is not null then
        raise exception 'the caller is disabled' using errcode = 'SP010';
    elsif role_in_force(administrator) is distinct from 'admin' then
        raise exception 'the caller is no administrator' using errcode = 'SP011';
    end if;
end
$$;

-- Who was taken over from the former system (0013) is in no user pool, until they are invited.
create function is_former(p_user users) returns boolean
    language sql immutable
    return coalesce(p_user.cognito_sub like 'former:%', false);

-- Makes a row for somebody who has not signed in, and asks the user pool to invite them. Whoever was
-- taken over from the former system is invited as the row they have. Not `made`: the row is that of
-- whoever has this address already, disabled or not.
create function invite_user(p_email text, p_name text, p_role text)
    returns table (made boolean, account user_accounts)
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    person users;
begin
    perform lock_administration();
    select * into person from users u where lower(email) = lower(p_email)
     order by is_former(u), disabled_at nulls first, created_at limit 1;
    made := not found or (is_former(person) and person.disabled_at is null);
    if made and person.user_id is not null then
        update users
           set cognito_sub = null, name = coalesce(p_name, name), email = p_email, role = 'none',
               invited_at = now(), wanted_role = p_role, version = version + 1
         where user_id = person.user_id
        returning * into person;
    elsif made then
        insert into users (name, email, role, invited_at, wanted_role)
        values (p_name, p_email, 'none', now(), p_role)
        returning * into person;
    end if;
    if made then
        perform tell_user_pool(person, 'invite');
    end if;
    select * into account from user_accounts a where a.user_id = person.user_id;
    return next;
end
$$;

create function is_administrator(p_user users) returns boolean
    language sql stable
    return p_user.disabled_at is null and p_user.cognito_sub is not null
           and role_in_force(p_user) = 'admin' and decided_role(p_user) = 'admin';

-- What stands against it: SP012 nobody takes away what they may do themselves, SP013 and nobody takes
-- away the last administrator.
create function check_administrators(p_former users, p_changed users) returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    if p_changed.disabled_at is null
        and role_rank(decided_role(p_changed)) >= role_rank(decided_role(p_former))
    then
        return;
    end if;
    if p_former.user_id = current_actor() then
        raise exception 'one does not disable or demote oneself' using errcode = 'SP012';
    end if;
    if is_administrator(p_former) and not exists (
        select from users u where u.user_id <> p_former.user_id and is_administrator(u))
    then
        raise exception 'there is no other administrator' using errcode = 'SP013';
    end if;
end
$$;

-- Changes what p_given says: 1 name, 2 role, 4 disabled. SP002: there is no such user; SP006: they are
-- at another version than p_version (null: any will do); SP015: a role of somebody who was taken over
-- from the former system and not invited. The pool does not know those, and is told nothing of them.
create function change_user(p_user uuid, p_version integer, p_given integer, p_name text,
                            p_role text, p_disabled boolean) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    former  users;
    changed users;
begin
    perform lock_administration();
    select * into former from users where user_id = p_user for no key update;
    if not found then
        raise exception 'no such user' using errcode = 'SP002';
    end if;
    if p_version <> former.version then
        raise exception 'the user is at version %', former.version using errcode = 'SP006';
    end if;
    changed := former;
    if p_given & 1 <> 0 then
        changed.name := p_name;
    end if;
    if p_given & 2 <> 0 and p_role <> decided_role(former) then
        if is_former(former) then
            raise exception 'the user has not been invited' using errcode = 'SP015';
        end if;
        changed.wanted_role := p_role;
        changed.role_told_at := null;
    end if;
    if p_given & 4 <> 0 and p_disabled <> (former.disabled_at is not null) then
        changed.disabled_at := case when p_disabled then clock_timestamp() end;
    end if;
    if changed is not distinct from former then
        return;
    end if;
    perform check_administrators(former, changed);

    update users
       set name = changed.name, wanted_role = changed.wanted_role,
           role_told_at = changed.role_told_at, disabled_at = changed.disabled_at
     where user_id = p_user
    returning * into changed;
    if decided_role(changed) <> decided_role(former) then
        perform tell_user_pool(changed, 'set_role', changed.wanted_role);
    end if;
    if (changed.disabled_at is null) <> (former.disabled_at is null) and not is_former(changed) then
        perform tell_user_pool(changed, case when p_disabled then 'disable' else 'enable' end);
    end if;
end
$$;


-- What follows is for whoever carries the messages of the topic user-pool out.

-- Two rows turn out to be one person: somebody signed in before it was known under which sub they
-- were invited. The row that was signed in with stays, since the ledger may name it; nothing was
-- ever done under the other one but in the former system, and it goes. Who was here before the invitation keeps the role. What
-- an administrator decided about either row stays decided: who is disabled in one of them is, and
-- between two roles it is the lower.
create function merge_invited(p_invited users, p_seen users) returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    came_by_it boolean := p_seen.created_at >= p_invited.invited_at;
    wanted     text := p_seen.wanted_role;
begin
    if came_by_it
        and (wanted is null
             or role_rank(p_invited.wanted_role) < role_rank(decided_role(p_seen)))
    then
        wanted := p_invited.wanted_role;
    end if;
    update notifications set user_id = p_seen.user_id where user_id = p_invited.user_id;
    insert into notification_reads (notification_id, user_id, read_at, dismissed_at)
    select notification_id, p_seen.user_id, read_at, dismissed_at
      from notification_reads where user_id = p_invited.user_id
    on conflict do nothing;
    delete from notification_reads where user_id = p_invited.user_id;
    update outbox
       set order_key = format('user:%s', p_seen.user_id),
           payload = payload || jsonb_build_object('user_id', p_seen.user_id)
     where order_key = format('user:%s', p_invited.user_id) and sent_at is null;
    delete from users where user_id = p_invited.user_id;
    update users
       set email = p_invited.email,
           invited_at = p_invited.invited_at,
           name = case when came_by_it then p_invited.name else name end,
           wanted_role = wanted,
           role_told_at = case when wanted_role is not distinct from wanted then role_told_at end,
           disabled_at = coalesce(disabled_at, p_invited.disabled_at)
     where user_id = p_seen.user_id;
end
$$;

-- The user pool knows the person under this sub. Returns the row that stays, and the role that the
-- pool has still to be told; null: none.
create function user_invited(p_user uuid, p_cognito_sub text)
    returns table (user_id uuid, role text)
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
#variable_conflict use_column
declare
    invited users;
    seen    users;
begin
    loop
        select * into invited from users u where u.user_id = p_user for update;
        select * into seen from users u where u.cognito_sub = p_cognito_sub for no key update;
        if seen.user_id is not null then
            if invited.user_id <> seen.user_id and invited.cognito_sub is null then
                perform merge_invited(invited, seen);
            end if;
            exit;
        end if;
        begin
            update users u set cognito_sub = p_cognito_sub
             where u.user_id = p_user and u.cognito_sub is null;
            exit;
        exception when unique_violation then
            null; -- somebody signs in with it at this moment: once more, with that row
        end;
    end loop;
    return query
        select u.user_id, case when u.role_told_at is null then u.wanted_role end
          from users u where u.user_id = coalesce(seen.user_id, p_user);
end
$$;

-- The user pool has the role: tokens issued from now on carry it.
create function user_role_told(p_user uuid, p_role text) returns void
    language sql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
    update users set role_told_at = clock_timestamp()
     where user_id = p_user and wanted_role = p_role and role_told_at is null;
$$;


-- As in 0014; whose role was taken away gets no more mail for it.
create or replace function outbox_recipients(p_message outbox) returns jsonb
    language sql stable
    set search_path = pg_catalog, public, pg_temp
as $$
    select coalesce(p_message.payload -> 'recipients',
                    (select jsonb_agg(user_id order by user_id) from users
                      where alert_delivery = 'immediate' and disabled_at is null
                        and role_in_force(users) <> 'none'
                        and (p_message.topic <> 'system-alerts' or role_in_force(users) = 'admin')));
$$;

-- Only these functions decide who is who.
revoke insert (user_id, cognito_sub, name, email, role), update (email, role)
    on users from stockpilot_app;
grant execute on function
    role_rank(text), predates_decision(users, timestamptz), role_by_token(users, text, timestamptz),
    role_in_force(users), decided_role(users),
    check_caller(uuid, text, bigint, text),
    see_user(text, text, text, text, bigint),
    invite_user(text, text, text),
    change_user(uuid, integer, integer, text, text, boolean),
    user_invited(uuid, text),
    user_role_told(uuid, text)
    to stockpilot_app;
