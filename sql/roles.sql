-- The two roles of StockPilot. Idempotent; run once per database by an administrator
-- (superuser, or RDS's master user), connected to the database that StockPilot shall live in:
--
--     psql -d stockpilot [-v owner_password=…] [-v app_password=…] -f sql/roles.sql
--
--   stockpilot_owner  owns the database and every object; runs migrations and nothing else.
--   stockpilot_app    what the programs sign in as: owns nothing, may alter nothing, and has on
--                     each table only the rights that the migrations grant.
--
-- A password that is not given leaves the role's password as it is (none on a new role, which
-- leaves peer, trust or IAM authentication).

\set ON_ERROR_STOP on

begin;

do $$
begin
    -- Roles are shared by all databases of a cluster: another database's set-up may be at it.
    perform pg_advisory_xact_lock(hashtext('stockpilot roles'));
    if not exists (select from pg_roles where rolname = 'stockpilot_owner') then
        create role stockpilot_owner;
    end if;
    if not exists (select from pg_roles where rolname = 'stockpilot_app') then
        create role stockpilot_app;
    end if;
end
$$;

alter role stockpilot_owner login nocreatedb nocreaterole noinherit;
alter role stockpilot_app login nocreatedb nocreaterole noinherit;

\if :{?owner_password}
alter role stockpilot_owner password :'owner_password';
\endif
\if :{?app_password}
alter role stockpilot_app password :'app_password';
\endif

-- No request may wait longer than these; work that needs more says so itself, with SET LOCAL.
alter role stockpilot_app set statement_timeout = '2s';
alter role stockpilot_app set lock_timeout = '500ms';
alter role stockpilot_app set idle_in_transaction_session_timeout = '5s';
-- Statements are short, and the planner takes the sums over functions of some reports for long ones: compiling the value of 6000
-- products took ten times as long as computing it.
alter role stockpilot_app set jit = off;
alter role stockpilot_app set timezone = 'UTC';
alter role stockpilot_owner set timezone = 'UTC';

-- An administrator that is no superuser needs membership to give objects to the owner.
do $$
begin
    if not pg_has_role(current_user, 'stockpilot_owner', 'MEMBER') then
        execute format('grant stockpilot_owner to %I', current_user);
    end if;
end
$$;

-- Before the database is given away: public is its owner's, and what stockpilot_owner may as such it does not pass on, being NOINHERIT.
revoke create on schema public from public;
grant create, usage on schema public to stockpilot_owner;
grant usage on schema public to stockpilot_app;

select format('alter database %I owner to stockpilot_owner', current_database())
\gexec
select format('revoke all on database %I from public', current_database())
\gexec
select format('grant connect on database %I to stockpilot_app', current_database())
\gexec

-- Reading is the application's right on every table to come (schema_migrations among them);
-- writing is granted table by table, and functions one by one, in the migrations.
alter default privileges for role stockpilot_owner in schema public
    grant select on tables to stockpilot_app;
alter default privileges for role stockpilot_owner
    revoke execute on functions from public;

commit;
