-- Searching products by a part of their name, in a large shop.

-- Both go before the column comes: that writes the table anew, and would make them anew as well.
drop index products_name_idx;
drop index products_name_trgm_idx;

-- What a search is held against: ILIKE would fold each name anew for every search, and an index
-- cannot hold what it folds.
alter table products
    add column search_name text generated always as (lower(name)) stored;

-- The list, and the first pages of a search for a common term, are walked in this order. A search
-- finds in the index itself what it looks at, and reads the products of its page only: those that
-- match may stand together, far behind the beginning.
create index products_name_idx on products (name, product_id) include (search_name)
    where archived_at is null;

-- What the index holds need not be looked up in the table where vacuum has marked a page as visible
-- to all, and every sale takes such a mark away: here vacuum does not wait for a fifth of the rows.
alter table products set (autovacuum_vacuum_scale_factor = 0.02);

-- Rare search terms.
create index products_search_trgm_idx on products using gin (search_name gin_trgm_ops)
    where archived_at is null;

-- Until it knows the new column, the planner takes every term for about as rare as any other.
analyze products;

-- As in 0003, but for search_name: PostgreSQL computes it after this trigger, and until then it is
-- null in NEW. It follows the name, which is compared.
create or replace function products_count_edit() returns trigger
    language plpgsql
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    edited products := new;
    asks_for_next boolean := new.version > old.version;
begin
    edited.stock_quantity := old.stock_quantity;
    edited.units_sold := old.units_sold;
    edited.version := old.version;
    edited.updated_at := old.updated_at;
    edited.search_name := old.search_name;

    new.version := old.version;
    new.updated_at := old.updated_at;
    if edited is distinct from old or asks_for_next then
        new.version := old.version + 1;
        new.updated_at := clock_timestamp();
    end if;
    return new;
end
$$;

-- As in 0002, but for search_name: the trail has the name already.
create or replace function audit_row() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - 'search_name' end;
    after  jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - 'search_name' end;
begin
    insert into audit_log (actor_id, request_id, table_name, row_id, action, before, after)
    values (current_actor(), current_request_id(), tg_table_name,
            (coalesce(after, before) ->> tg_argv[0])::uuid, lower(tg_op), before, after);
    return null;
end
$$;
