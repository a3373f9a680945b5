-- The catalogue. stock_quantity and units_sold belong to move_stock() (0006): the application
-- has no right to write them, and products_stock_follows_ledger refuses anyone else.

create table products (
    product_id     uuid          not null default gen_random_uuid(),
    sku            text,
    name           text          not null,
    description    text,
    category       text,
    price          numeric(14,2) not null,
    rating         numeric(3,2),
    stock_quantity integer       not null default 0,
    minimum_stock  integer       not null default default_minimum_stock(),
    units_sold     bigint        not null default 0,
    image_key      text,
    image_url      text,
    archived_at    timestamptz,
    version        integer       not null default 1,
    created_at     timestamptz   not null default now(),
    updated_at     timestamptz   not null default now(),

    constraint products_pkey primary key (product_id),
    constraint products_sku_length check (char_length(sku) between 1 and 64),
    constraint products_name_length
        check (char_length(name) <= 200 and char_length(btrim(name)) >= 1),
    constraint products_description_length check (char_length(description) <= 4000),
    constraint products_category_length check (char_length(category) between 1 and 100),
    constraint products_price_not_negative check (price >= 0),
    constraint products_rating_range check (rating between 0 and 5),
    constraint products_stock_not_negative check (stock_quantity >= 0),
    constraint products_minimum_not_negative check (minimum_stock >= 0),
    constraint products_units_sold_not_negative check (units_sold >= 0),
    constraint products_image_key_format
        check (image_key ~ '^products/[0-9a-f-]{36}\.[a-z]{3,4}$'),
    constraint products_image_url_length check (char_length(image_url) between 1 and 2048),
    constraint products_one_image check (image_key is null or image_url is null)
);

-- Archived products keep their SKU: it still stands on their sales.
create unique index products_sku_key on products (lower(sku));

-- The list, and the first pages of a search for a common term, are walked in this order.
create index products_name_idx on products (name, product_id) where archived_at is null;

-- Rare search terms; ILIKE on a trigram index ignores case.
create index products_name_trgm_idx on products using gin (name gin_trgm_ops)
    where archived_at is null;

create index products_popular_idx on products (units_sold desc, product_id)
    where archived_at is null;

-- The version counts edits of the catalogue, so that a sale does not make the form that
-- somebody has open stale. Whatever is not named here is catalogue, columns to come included.
-- A function of the owner counts an edit of another kind by asking for a later version.
create function products_count_edit() returns trigger
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

    new.version := old.version;
    new.updated_at := old.updated_at;
    if edited is distinct from old or asks_for_next then
        new.version := old.version + 1;
        new.updated_at := clock_timestamp();
    end if;
    return new;
end
$$;

create trigger products_count_edit
    before update on products
    for each row execute function products_count_edit();

create trigger products_audit_new_and_gone
    after insert or delete on products
    for each row execute function audit_row('product_id');

-- Movements are told by the ledger, with actor and request: no second copy here. A stock that
-- somebody typed in is an edit as well.
create trigger products_audit_edit
    after update on products
    for each row when (old.version is distinct from new.version)
    execute function audit_row('product_id');

grant insert (product_id, sku, name, description, category, price, rating, minimum_stock,
              image_key, image_url),
      update (sku, name, description, category, price, rating, minimum_stock,
              image_key, image_url, archived_at),
      delete
    on products to stockpilot_app;
