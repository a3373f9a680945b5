-- Stock: the ledger, the low-stock episodes, and the one function that changes either.
--
-- move_stock() is the only writer. It runs as the owner of the tables; stockpilot_app may call
-- it and has no right to write stock_quantity, stock_movements or alert_states by other means.
--
-- Locks: a movement holds its product's row (FOR NO KEY UPDATE, so that the foreign keys of
-- lines being inserted elsewhere do not wait) until the transaction ends. A caller that moves
-- several products in one transaction locks them first, in id order:
--     select from products where product_id = any (…) order by product_id for no key update
--
-- Errors of its own, none of which is worth a retry as it stands:
--     SP001  not enough stock; DETAIL is the quantity available, digits only
--     SP002  no such product
--     SP003  the product is archived and takes no opening, sale or purchase
--     SP004  this movement cannot be reversed, or not so
--     SP005  history is append-only, and stock follows the ledger
-- A stock beyond 2147483647 raises 22003.

create table stock_movements (
    movement_id      uuid        not null default gen_random_uuid(),
    -- Drawn under the product's lock: within a product it is the order of the movements.
    sequence         bigint      not null generated always as identity,
    product_id       uuid        not null,
    type             text        not null,
    quantity         integer     not null,
    quantity_after   integer     not null,
    reason           text,
    note             text,
    sale_line_id     uuid,
    purchase_line_id uuid,
    reversal_of      uuid,
    actor_id         uuid,
    request_id       text,
    moved_at         timestamptz not null default clock_timestamp(),

    constraint stock_movements_pkey primary key (movement_id),
    constraint stock_movements_sequence_key unique (product_id, sequence),
    constraint stock_movements_product_fkey foreign key (product_id)
        references products (product_id),
    constraint stock_movements_sale_line_fkey foreign key (sale_line_id)
        references sale_lines (sale_line_id),
    constraint stock_movements_purchase_line_fkey foreign key (purchase_line_id)
        references purchase_lines (purchase_line_id),
    constraint stock_movements_reversal_fkey foreign key (reversal_of)
        references stock_movements (movement_id),
    constraint stock_movements_type_known
        check (type in ('opening', 'sale', 'purchase', 'adjustment', 'count', 'reversal')),
    constraint stock_movements_quantity_not_zero check (quantity <> 0),
    constraint stock_movements_quantity_sign check (
        case type when 'sale' then quantity < 0
                  when 'opening' then quantity > 0
                  when 'purchase' then quantity > 0
                  else true end),
    constraint stock_movements_after_not_negative check (quantity_after >= 0),
    constraint stock_movements_sale_has_line check ((type = 'sale') = (sale_line_id is not null)),
    constraint stock_movements_purchase_has_line
        check ((type = 'purchase') = (purchase_line_id is not null)),
    constraint stock_movements_reversal_has_origin
        check ((type = 'reversal') = (reversal_of is not null)),
    constraint stock_movements_adjustment_has_reason
        check (type <> 'adjustment' or reason is not null),
    constraint stock_movements_reason_length check (char_length(reason) between 1 and 100),
    constraint stock_movements_note_length check (char_length(note) <= 1000)
);

-- A line moves stock once, a movement is reversed once, a product opens once.
create unique index stock_movements_sale_line_key on stock_movements (sale_line_id)
    where sale_line_id is not null;
create unique index stock_movements_purchase_line_key on stock_movements (purchase_line_id)
    where purchase_line_id is not null;
create unique index stock_movements_reversal_of_key on stock_movements (reversal_of)
    where reversal_of is not null;
create unique index stock_movements_opening_key on stock_movements (product_id)
    where type = 'opening';

create trigger stock_movements_append_only
    before update or delete or truncate on stock_movements
    for each statement execute function refuse_change();


-- The last figure of the ledger is the stock, also for someone with psql and the owner's role.
create function products_stock_follows_ledger() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    ledger integer := coalesce((select quantity_after from stock_movements
                                where product_id = new.product_id
                                order by sequence desc limit 1), 0);
begin
    if new.stock_quantity <> ledger then
        raise exception using
            errcode = 'SP005',
            message = format('stock of product %s is %s by the ledger, not %s',
                             new.product_id, ledger, new.stock_quantity),
            table = 'products',
            column = 'stock_quantity',
            hint = 'Stock is changed by move_stock() and set_stock() only.';
    end if;
    return null;
end
$$;

create trigger products_stock_follows_ledger_new
    after insert on products
    for each row when (new.stock_quantity <> 0)
    execute function products_stock_follows_ledger();

create trigger products_stock_follows_ledger
    after update on products
    for each row when (old.stock_quantity <> new.stock_quantity)
    execute function products_stock_follows_ledger();


-- Low-stock episodes. A product without a row never had one.
--
-- An episode has a level: the stock to come back to.
--   * A movement that takes stock away and leaves less than the product's minimum opens an
--     episode at the minimum, unless one is open at that level or below.
--   * check_low_stock(threshold) opens one where stock < threshold and none is open. Its level
--     is the larger of threshold and minimum: a product below a low threshold is below its
--     minimum as well, and is not well again before it reaches that.
--   * A movement that brings the stock back to the level closes the episode.
-- So a check with a threshold above the minimum repeats nothing, however often it runs and
-- however the stock moves below that threshold, and yet does not swallow the alert that is due
-- when the stock then falls through its real minimum: that opens the next, deeper episode.
-- An opening stock below the minimum opens nothing (whoever typed it knows); the check finds it,
-- as it finds the products whose minimum was raised above their stock.
create table alert_states (
    product_id uuid        not null,
    state      text        not null default 'ok',
    -- Counts the episodes of the product; the number of the open one, or of the last.
    episode    integer     not null default 0,
    level      integer,
    changed_at timestamptz not null default clock_timestamp(),

    constraint alert_states_pkey primary key (product_id),
    constraint alert_states_product_fkey foreign key (product_id)
        references products (product_id) on delete cascade,
    constraint alert_states_state_known check (state in ('ok', 'low')),
    constraint alert_states_episode_not_negative check (episode >= 0),
    constraint alert_states_low_has_level check ((state = 'low') = (level is not null))
);

-- Opens an episode and makes its one notification, which it returns the id of. The caller holds
-- the product's lock and has found the episode due. Every message that leaves the building
-- because of low stock starts here.
create function open_low_stock_episode(p_product products, p_level integer) returns uuid
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    opened alert_states;
    id uuid;
begin
    insert into alert_states as a (product_id, state, episode, level)
    values (p_product.product_id, 'low', 1, p_level)
    on conflict (product_id) do update
        set state = 'low', episode = a.episode + 1, level = p_level,
            changed_at = clock_timestamp()
    returning a.* into opened;

    insert into notifications (type, title, message, product_id, episode)
    values ('stock_alert',
            left(format('%s: %s',
                        case when p_product.stock_quantity = 0 then 'Out of stock'
                             else 'Low stock' end, p_product.name), 200),
            case when p_product.stock_quantity = 0
                 then format('%s is out of stock.', p_product.name)
                 else format('%s has %s left.', p_product.name, p_product.stock_quantity) end
            || case when p_level > p_product.minimum_stock
                    then format(' That is below the threshold of %s.', p_level)
                    else format(' Its minimum is %s.', p_product.minimum_stock) end,
            p_product.product_id, opened.episode)
    returning notification_id into id;
    return id;
end
$$;

create function close_low_stock_episode(p_product uuid) returns void
    language sql volatile
begin atomic
    update alert_states
       set state = 'ok', level = null, changed_at = clock_timestamp()
     where product_id = p_product and state = 'low';
end;

-- The rule above for one movement of p_change, after it; p_product is the row as it is now.
create function settle_low_stock(p_product products, p_change integer) returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    open_level integer := (select level from alert_states
                           where product_id = p_product.product_id);
begin
    if p_product.stock_quantity >= open_level then
        perform close_low_stock_episode(p_product.product_id);
    elsif p_change < 0
        and p_product.stock_quantity < p_product.minimum_stock
        and p_product.archived_at is null
        and (open_level is null or open_level > p_product.minimum_stock)
    then
        perform open_low_stock_episode(p_product, p_product.minimum_stock);
    end if;
end
$$;

-- Editing the minimum moves the level of an episode that was opened at it, and archiving ends
-- an episode; neither opens one.
create function products_follow_minimum() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    open_level integer := (select level from alert_states
                           where product_id = new.product_id);
    new_level integer := case when open_level = old.minimum_stock then new.minimum_stock
                              else greatest(open_level, new.minimum_stock) end;
begin
    if open_level is null then
        return null;
    elsif new.archived_at is not null or new.stock_quantity >= new_level then
        perform close_low_stock_episode(new.product_id);
    else
        update alert_states set level = new_level where product_id = new.product_id;
    end if;
    return null;
end
$$;

create trigger products_follow_minimum
    after update on products
    for each row when (old.minimum_stock <> new.minimum_stock
                       or (old.archived_at is null and new.archived_at is not null))
    execute function products_follow_minimum();


-- Raises SP004 unless the movement p_origin of this product may be reversed by p_quantity.
-- That it is reversed only once is stock_movements_reversal_of_key's to say.
create function check_reversal(p_origin stock_movements, p_product uuid, p_quantity integer)
    returns void
    language plpgsql immutable
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    if p_origin.movement_id is null
        or p_origin.product_id <> p_product
        or p_origin.type = 'reversal'
        or p_origin.quantity <> -p_quantity
    then
        raise exception using
            errcode = 'SP004',
            message = 'a reversal undoes one movement of the same product in full, '
                      'and is not itself reversed',
            table = 'stock_movements',
            column = 'reversal_of';
    end if;
end
$$;

-- Moves p_quantity (positive: in, negative: out) of a product and does everything that follows
-- from it: ledger, stock, units sold, episode, notification. Returns the ledger row. A correction,
-- which is a stock that somebody typed in, is an edit of the product too: it has a version of its
-- own and a row in the audit trail.
create function move_stock(
    p_product       uuid,
    p_type          text,
    p_quantity      integer,
    p_reason        text default null,
    p_note          text default null,
    p_sale_line     uuid default null,
    p_purchase_line uuid default null,
    p_reversal_of   uuid default null,
    p_actor         uuid default current_actor(),
    p_request_id    text default current_request_id()
) returns stock_movements
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    product  products;
    origin   stock_movements;
    movement stock_movements;
    sold     integer := 0;
    typed    boolean := p_type = 'adjustment' and p_reason is not distinct from 'correction';
begin
    perform act_as(p_actor, p_request_id);

    select * into product from products where product_id = p_product for no key update;
    if not found then
        raise exception using
            errcode = 'SP002', message = format('there is no product %s', p_product),
            table = 'products';
    end if;
    if product.archived_at is not null and p_type in ('opening', 'sale', 'purchase') then
        raise exception using
            errcode = 'SP003', message = format('product %s is archived', p_product),
            table = 'products';
    end if;
    if product.stock_quantity < -p_quantity::bigint then
        raise exception using
            errcode = 'SP001', message = format('not enough stock of product %s', p_product),
            detail = product.stock_quantity::text,
            table = 'products', constraint = 'products_stock_not_negative';
    end if;

    if p_type = 'sale' then
        sold := -p_quantity;
    elsif p_type = 'reversal' then
        select * into origin from stock_movements where movement_id = p_reversal_of;
        perform check_reversal(origin, p_product, p_quantity);
        if origin.type = 'sale' then
            sold := -p_quantity;
        end if;
    end if;

    insert into stock_movements (product_id, type, quantity, quantity_after, reason, note,
                                 sale_line_id, purchase_line_id, reversal_of,
                                 actor_id, request_id)
    values (p_product, p_type, p_quantity, product.stock_quantity + p_quantity, p_reason, p_note,
            p_sale_line, p_purchase_line, p_reversal_of, p_actor, p_request_id)
    returning * into movement;

    update products
       set stock_quantity = movement.quantity_after, units_sold = units_sold + sold,
           version = version + typed::integer
     where product_id = p_product
    returning * into product;

    perform settle_low_stock(product, p_quantity);
    return movement;
end
$$;

-- Brings the stock of a product to p_target by an adjustment of the difference, computed under
-- the product's lock. Returns that difference; 0 means that nothing was written. A figure that
-- somebody typed is an edit: the next one, typed without having seen it, must be found stale.
create function set_stock(
    p_product    uuid,
    p_target     integer,
    p_actor      uuid default current_actor(),
    p_request_id text default current_request_id()
) returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    change integer;
begin
    if p_target is null or p_target < 0 then
        raise exception using
            errcode = 'check_violation', message = 'a stock cannot be negative',
            table = 'products', constraint = 'products_stock_not_negative';
    end if;

    select p_target - stock_quantity into change
      from products where product_id = p_product for no key update;
    if change <> 0 or not found then
        perform move_stock(p_product, 'adjustment', change, p_reason => 'correction',
                           p_actor => p_actor, p_request_id => p_request_id);
    end if;
    return change;
end
$$;

-- Alerts for every product in the catalogue that has less than the threshold (null: less than
-- its own minimum) and has no open episode; see alert_states. Returns the notifications made: at
-- most 1000 a call, so that a large catalogue is worked off by repeated calls within the time a
-- statement has.
create function check_low_stock(
    p_threshold  integer default null,
    p_actor      uuid default current_actor(),
    p_request_id text default current_request_id()
) returns setof notifications
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    locked uuid[];
    made   uuid[];
begin
    perform act_as(p_actor, p_request_id);

    -- Locked by a statement of its own: the next one then sees the episodes that movements
    -- opened while this one waited for them.
    locked := array(
        select p.product_id from products p
         where p.archived_at is null
           and p.stock_quantity < coalesce(p_threshold, p.minimum_stock)
           and not exists (select from alert_states a
                           where a.product_id = p.product_id and a.state = 'low')
         order by p.product_id
         limit 1000
           for no key update of p);

    made := array(
        select open_low_stock_episode(p, greatest(p_threshold, p.minimum_stock))
          from products p
         where p.product_id = any (locked)
           and not exists (select from alert_states a
                           where a.product_id = p.product_id and a.state = 'low')
         order by p.name, p.product_id);

    return query select n.* from notifications n where n.notification_id = any (made);
end
$$;

grant execute on function
    move_stock(uuid, text, integer, text, text, uuid, uuid, uuid, uuid, text),
    set_stock(uuid, integer, uuid, text),
    check_low_stock(integer, uuid, text)
    to stockpilot_app;
