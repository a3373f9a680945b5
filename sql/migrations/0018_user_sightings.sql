-- When somebody last used the system, for administrators. In a table of its own: it is no change of a
-- user that the audit trail tells of or that an administrator's edit is held against, and nobody who is
-- here waits for whoever edits their row, or the other way round.
create table user_sightings (
    user_id      uuid        not null,
    last_seen_at timestamptz not null,

    constraint user_sightings_pkey primary key (user_id),
    constraint user_sightings_user_fkey foreign key (user_id) references users (user_id) on delete cascade
);

-- Somebody is here. Each worker asks for it now and then (src/auth/principal.c) at the end of what they came
-- for; what is known to half an hour is left as it is, so that there are two writes an hour for each
-- user, on however many workers and devices. It never fails: where it cannot be written (no room, a server that only
-- reads), that is no reason to refuse what they came for.
create function note_sighting(p_user uuid) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    if exists (select from user_sightings
                where user_id = p_user and last_seen_at > now() - interval '30 minutes')
    then
        return;
    end if;
    begin
        insert into user_sightings as s (user_id, last_seen_at) values (p_user, now())
        on conflict (user_id) do update
            set last_seen_at = greatest(s.last_seen_at, excluded.last_seen_at);
    exception when others then
        null;
    end;
end
$$;

create or replace view user_accounts as
    select u.user_id, u.name, u.email, decided_role(u) as role, role_in_force(u) as role_in_force,
           u.disabled_at is not null as disabled,
           u.invited_at is not null and u.role_issued_at is null as invited, u.version,
           s.last_seen_at
      from users u
      left join user_sightings s on s.user_id = u.user_id;

grant execute on function note_sighting(uuid) to stockpilot_app;
