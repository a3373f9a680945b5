-- Proves that the books add up; raises an exception that tells what does not. Reads everything,
-- changes nothing. By itself: psql -d … -f sql/demo/verify.sql

\set ON_ERROR_STOP on

do $$
declare
    wrong  bigint;
    detail text;
begin
    select count(*),
           string_agg(format('%s %s: %s, not %s', v.what, v.row_id, v.found, v.expected), E'\n')
               filter (where v.place <= 20)
      into wrong, detail
      from (select *, row_number() over () as place from verify_books()) v;
    if wrong > 0 then
        raise exception '% wrong', case wrong when 1 then '1 row is' else wrong || ' rows are' end
            using detail = detail;
    end if;
end
$$;
