-- Importing products from a file: which product a row is about, what stands against it, all rows or none.

-- A row of an import as the program has checked it: what is well-formed stands in its column, and
-- the bits of `given` say which fields the file has (as in the program's UPDATE of a product). bad:
-- the program has found a fault in it already; it is looked at for further ones, but not counted.
create type product_import as (
    line          integer,
    bad           boolean,
    given         integer,
    product_id    uuid,
    sku           text,
    name          text,
    price         numeric,
    rating        numeric,
    minimum_stock integer,
    image_url     text,
    description   text,
    category      text,
    -- Found here: the product that it is about, null for a new one; whether it changes that.
    target        uuid,
    changes       boolean,
    -- The key of the image that image_url names, whoever serves it; null: it ends like none of our keys.
    image_key     text,
    -- It is the address of an image of ours, as an export has it.
    image_is_ours boolean
);

-- What stands against the rows, one after the other, in the order of their lines. The image of another product is not taken, which goes
-- with that one.
create function import_faults(p_rows product_import[])
    returns table (line integer, field text, code text)
    language sql stable
begin atomic
    with numbered as (
        select r.*, t.archived_at, s.product_id as sku_of,
               r.image_is_ours and r.given & 32 <> 0
               and r.image_url is distinct from t.image_url as image_of_another,
               row_number() over (partition by coalesce(r.target, r.product_id) order by r.line) as same,
               row_number() over (partition by lower(r.sku) order by r.line) as same_sku
          from unnest(p_rows) r
          left join products t on t.product_id = r.target
          left join products s on lower(s.sku) = lower(r.sku)
    )
    select n.line, f.field, f.code
      from numbered n
      cross join lateral (values
        ('productId', 'archived', n.archived_at is not null),
        ('productId', 'repeated', n.product_id is not null and n.same > 1),
        ('sku', 'repeated', n.sku is not null and n.same_sku > 1),
        ('sku', 'repeated', n.sku is not null and n.product_id is null and n.target is not null
                            and n.same > 1 and n.same_sku = 1),
        ('imageUrl', 'not_its_own', coalesce(n.image_of_another, false)),
        ('sku', 'taken', n.sku_of is not null and n.sku_of is distinct from n.target),
        ('name', 'required', n.target is null and n.given & 2 = 0),
        ('price', 'required', n.target is null and n.given & 4 = 0)) f (field, code, applies)
     where f.applies
     order by n.line, f.field;
end;

-- Imports products: all rows, or none when something stands against one of them; with p_good_rows
-- those that nothing stands against. A row is about the
-- product with its product_id, else the one with its sku, else it makes a new one. Stock is never
-- touched, and the address of the image that the product shows, under whatever base, says nothing about it. Gives rows of three kinds:
--     'fault'                          line, field and code; without p_good_rows nothing was written
--                                      if there is one
--     'created', 'updated', 'unchanged'  how many, in `line`; in a dry run how many it would be
create function import_products(p_rows jsonb, p_dry_run boolean, p_good_rows boolean default false)
    returns table (kind text, line integer, field text, code text)
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
#variable_conflict use_column
declare
    rows   product_import[] := array(select r from jsonb_populate_recordset(null::product_import,
                                                                            p_rows) r);
    faulty integer[];
begin
    if not p_dry_run then
        -- In the order of their ids, as everybody locks them.
        perform from products
          where product_id in (select r.product_id from unnest(rows) r
                               union all
                               select p.product_id from unnest(rows) r
                                 join products p on lower(p.sku) = lower(r.sku))
          order by product_id for no key update;
    end if;

    rows := array(
        select row(r.line, r.bad, g.given, r.product_id, r.sku, r.name, r.price, r.rating,
                   r.minimum_stock, r.image_url, r.description, r.category, p.product_id,
                   g.given & 2 <> 0 and r.name is distinct from p.name
                   or g.given & 4 <> 0 and r.price is distinct from p.price
                   or g.given & 8 <> 0 and r.rating is distinct from p.rating
                   or g.given & 32 <> 0 and (r.image_url is distinct from p.image_url
                                             or p.image_key is not null)
                   or g.given & 64 <> 0 and r.description is distinct from p.description
                   or g.given & 128 <> 0 and r.sku is distinct from p.sku
                   or g.given & 256 <> 0 and r.category is distinct from p.category
                   or g.given & 512 <> 0 and r.minimum_stock is distinct from p.minimum_stock,
                   r.image_key, r.image_is_ours)::product_import
          from unnest(rows) r
          left join products s on r.product_id is null and lower(s.sku) = lower(r.sku)
          left join products p on p.product_id = coalesce(r.product_id, s.product_id)
          cross join lateral (select case when r.image_key = p.image_key then r.given & ~32
                                          else r.given end as given) g);

    return query select 'fault', f.line, f.field, f.code from import_faults(rows) f;
    faulty := array(select f.line from import_faults(rows) f);
    return query
        select w.kind, count(r.line)::integer, null::text, null::text
          from (values ('created'), ('updated'), ('unchanged')) w (kind)
          left join unnest(rows) r
            on not r.bad and r.line <> all (faulty)
           and w.kind = case when r.target is null then 'created'
                             when r.changes then 'updated' else 'unchanged' end
         group by w.kind;
    if p_dry_run or (not p_good_rows and (cardinality(faulty) > 0
                                          or exists (select from unnest(rows) r where r.bad))) then
        return;
    end if;
    rows := array(select r from unnest(rows) r where not r.bad and r.line <> all (faulty));

    update products p
       set name = case when r.given & 2 <> 0 then r.name else p.name end,
           price = case when r.given & 4 <> 0 then r.price else p.price end,
           rating = case when r.given & 8 <> 0 then r.rating else p.rating end,
           image_url = case when r.given & 32 <> 0 then r.image_url else p.image_url end,
           image_key = case when r.given & 32 <> 0 then null else p.image_key end,
           description = case when r.given & 64 <> 0 then r.description else p.description end,
           sku = case when r.given & 128 <> 0 then r.sku else p.sku end,
           category = case when r.given & 256 <> 0 then r.category else p.category end,
           minimum_stock = case when r.given & 512 <> 0 then r.minimum_stock else p.minimum_stock end
      from unnest(rows) r
     where p.product_id = r.target and r.changes;
    insert into products (product_id, sku, name, description, category, price, rating,
                          minimum_stock, image_url)
    select coalesce(r.product_id, gen_random_uuid()), r.sku, r.name, r.description, r.category,
           r.price, r.rating, coalesce(r.minimum_stock, default_minimum_stock()), r.image_url
      from unnest(rows) r
     where r.target is null;
end
$$;

grant execute on function import_faults(product_import[]), import_products(jsonb, boolean, boolean)
    to stockpilot_app;
