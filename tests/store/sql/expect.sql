-- What the tests beside this file say: expect(what, condition), expect_refused(what, statement,
-- SQLSTATE [, constraint]), and act as somebody. A failed expectation ends psql with its name.

\set ON_ERROR_STOP on
\set QUIET on
\pset tuples_only on
\pset format unaligned
set client_min_messages = warning;

create function pg_temp.expect(p_what text, p_condition boolean) returns void
    language plpgsql
as $$
begin
    if p_condition is not true then
        raise exception 'FAILED: %', p_what;
    end if;
end
$$;

create function pg_temp.expect_refused(p_what text, p_statement text, p_sqlstate text,
                                       p_constraint text default null) returns void
    language plpgsql
as $$
declare
    broken text;
begin
    begin
        execute p_statement;
    exception when others then
        get stacked diagnostics broken = constraint_name;
        if sqlstate <> p_sqlstate or broken <> p_constraint then
            raise exception 'FAILED: %', p_what
                using detail = format('%s %s: %s', sqlstate, broken, sqlerrm);
        end if;
        return;
    end;
    raise exception 'FAILED: % (it was let through)', p_what;
end
$$;
