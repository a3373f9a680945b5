-- Selling, buying, counting, spending: the functions by which the programs write trade. Each is one
-- transaction's worth of work and runs as the owner of the tables; stockpilot_app may call it and
-- has no other right to write what it writes.
--
-- Each takes an idempotency key and the fingerprint of the request it came with, and does its work
-- once for them: called again it gives the answer of the first time. Each returns one row:
--     outcome  'made'      it was done now
--              'replayed'  it was done before; answer is what was answered then
--              'refused'   nothing was written; answer is an array that says why, for each line
--              'unknown'   what it is about does not exist; nothing was written
--     answer   the record as the views *_details below have it, in JSON: an array of rows
-- Errors beside those of move_stock():
--     SP007  the same key is being worked on in another transaction
--     SP008  the key was used for another request

-- The answer stands in the same transaction as what it tells of: a key without its work, or work
-- without its key, does not exist.
create table idempotency_keys (
    user_id     uuid        not null,
    key         text        not null,
    fingerprint bytea       not null,
    answer      jsonb       not null,
    expires_at  timestamptz not null default now() + interval '24 hours',

    constraint idempotency_keys_pkey primary key (user_id, key),
    constraint idempotency_keys_key_length check (char_length(key) between 1 and 255),
    constraint idempotency_keys_fingerprint_length check (octet_length(fingerprint) = 32)
);

create index idempotency_keys_expires_at_idx on idempotency_keys (expires_at);

-- What was answered under the key; null when it is new, and then it is the caller's alone until the
-- transaction ends. Nobody waits here: who comes while another is at it is told so. What was answered
-- stays as it is, and whoever asks for it again takes no lock.
create function answer_of_key(p_key text, p_fingerprint bytea) returns jsonb
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    known idempotency_keys;
begin
    select * into known from idempotency_keys where user_id = current_actor() and key = p_key;
    if not found or known.expires_at <= now() then
        if not pg_try_advisory_xact_lock(hashtextextended(current_actor() || ' ' || p_key, 0)) then
            raise exception using
                errcode = 'SP007', message = 'the same key is being worked on';
        end if;
        -- Whoever had the lock until now may have left an answer: a further statement sees it.
        delete from idempotency_keys
         where user_id = current_actor() and key = p_key and expires_at <= now();
        select * into known from idempotency_keys where user_id = current_actor() and key = p_key;
        if not found then
            return null;
        end if;
    end if;
    if known.fingerprint <> p_fingerprint then
        raise exception using errcode = 'SP008', message = 'the key was used for another request';
    end if;
    return known.answer;
end
$$;

create function keep_answer(p_key text, p_fingerprint bytea, p_answer jsonb) returns void
    language sql volatile
begin atomic
    insert into idempotency_keys (user_id, key, fingerprint, answer)
    values (current_actor(), p_key, p_fingerprint, p_answer);
end;

-- For a periodic job; a bounded number at a time.
create function forget_expired_keys() returns bigint
    language sql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
    with gone as (
        delete from idempotency_keys
         where (user_id, key) in (select user_id, key from idempotency_keys
                                   where expires_at <= now()
                                   order by expires_at limit 1000 for update skip locked)
        returning 1)
    select count(*) from gone;
$$;


-- Days of the business whose summaries are out of date. A row for each change, not for each day:
-- on a unique day all sales would wait for each other.
create table summary_changes (
    change_id bigint not null generated always as identity,
    day       date   not null,

    constraint summary_changes_pkey primary key (change_id)
);

create function business_day(p_at timestamptz) returns date
    language sql stable
    return (select (p_at at time zone business_time_zone)::date from settings);

-- Brings the summaries of the days that have changed up to date; returns how many days there were.
-- One at a time does it; a second caller leaves at once. What changes meanwhile is for the next.
create function roll_up_summaries() returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
    set lock_timeout = '10s'
as $$
declare
    changed date[];
    changed_day date;
begin
    if not pg_try_advisory_xact_lock(hashtextextended('stockpilot summaries', 0)) then
        return 0;
    end if;
    with taken as (
        delete from summary_changes
         where change_id in (select change_id from summary_changes order by change_id limit 10000)
        returning day)
    select array_agg(distinct day order by day) into changed from taken;

    foreach changed_day in array coalesce(changed, '{}') loop
        perform refresh_summaries(changed_day, changed_day);
    end loop;
    return coalesce(cardinality(changed), 0);
end
$$;


-- Documents with a row for each line; movement_id is what the line moved, reversal_id what undid it.
create view sale_details as
    select s.sale_id, s.sold_at, s.note, t.total as document_total,
           s.actor_id, u.name as actor_name, u.email as actor_email,
           l.sale_line_id, l.product_id, p.name as product_name, l.quantity, l.unit_price,
           l.total_amount, m.movement_id, r.movement_id as reversal_id
      from sales s
      cross join lateral (select sum(total_amount) as total
                            from sale_lines where sale_id = s.sale_id) t
      join sale_lines l on l.sale_id = s.sale_id
      join products p on p.product_id = l.product_id
      left join users u on u.user_id = s.actor_id
      left join stock_movements m on m.sale_line_id = l.sale_line_id
      left join stock_movements r on r.reversal_of = m.movement_id;

create view purchase_details as
    select s.purchase_id, s.purchased_at, s.supplier, s.note, t.total as document_total,
           s.actor_id, u.name as actor_name, u.email as actor_email,
           l.purchase_line_id, l.product_id, p.name as product_name, l.quantity, l.unit_cost,
           l.total_cost, m.movement_id, r.movement_id as reversal_id
      from purchases s
      cross join lateral (select sum(total_cost) as total
                            from purchase_lines where purchase_id = s.purchase_id) t
      join purchase_lines l on l.purchase_id = s.purchase_id
      join products p on p.product_id = l.product_id
      left join users u on u.user_id = s.actor_id
      left join stock_movements m on m.purchase_line_id = l.purchase_line_id
      left join stock_movements r on r.reversal_of = m.movement_id;

create view movement_details as
    select m.movement_id, m.sequence, m.product_id, m.type, m.quantity, m.quantity_after, m.reason,
           m.note, s.sale_id, b.purchase_id, m.reversal_of, r.movement_id as reversal_id,
           m.actor_id, u.name as actor_name, u.email as actor_email, m.moved_at
      from stock_movements m
      left join sale_lines s on s.sale_line_id = m.sale_line_id
      left join purchase_lines b on b.purchase_line_id = m.purchase_line_id
      left join stock_movements r on r.reversal_of = m.movement_id
      left join users u on u.user_id = m.actor_id;


-- Locks the products, in the order of their ids, and says what stands against moving that much of
-- them: null when nothing does. p_sells: whether the quantities go out.
create function refused_lines(p_products uuid[], p_quantities integer[], p_sells boolean)
    returns jsonb
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform from products where product_id = any (p_products)
      order by product_id for no key update;
    -- A statement of its own: it sees what those that were waited for have left.
    return (
        select jsonb_agg(jsonb_build_object(
                   'line', l.line - 1,
                   'problem', case when p.product_id is null then 'unknown'
                                   when p.archived_at is not null then 'archived'
                                   else 'shortage' end,
                   'product_id', l.product_id, 'product_name', p.name,
                   'quantity', l.quantity, 'available', p.stock_quantity) order by l.line)
          from unnest(p_products, p_quantities) with ordinality l (product_id, quantity, line)
          left join products p on p.product_id = l.product_id
         where p.product_id is null or p.archived_at is not null
            or (p_sells and p.stock_quantity < l.quantity));
end
$$;

-- Sells the products, one line each. A unit price that is null is the product's price. What
-- follows from a sale stands here: lines, movements, summaries, the key.
create function record_sale(
    p_key         text,
    p_fingerprint bytea,
    p_products    uuid[],
    p_quantities  integer[],
    p_unit_prices numeric[],
    p_note        text,
    out outcome   text,
    out answer    jsonb
)
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    sale sales;
    line sale_lines;
begin
    outcome := 'replayed';
    answer := answer_of_key(p_key, p_fingerprint);
    if answer is not null then
        return;
    end if;
    outcome := 'refused';
    answer := refused_lines(p_products, p_quantities, true);
    if answer is not null then
        return;
    end if;

    insert into sales (sold_at, note, actor_id, request_id)
    values (clock_timestamp(), p_note, current_actor(), current_request_id())
    returning * into sale;
    for line in
        insert into sale_lines (sale_id, sold_at, product_id, quantity, unit_price)
        select sale.sale_id, sale.sold_at, p.product_id, l.quantity, coalesce(l.unit_price, p.price)
          from unnest(p_products, p_quantities, p_unit_prices) l (product_id, quantity, unit_price)
          join products p on p.product_id = l.product_id
         order by p.product_id
        returning *
    loop
        perform move_stock(line.product_id, 'sale', -line.quantity, p_sale_line => line.sale_line_id);
    end loop;
    insert into summary_changes (day) values (business_day(sale.sold_at));

    outcome := 'made';
    answer := (select jsonb_agg(to_jsonb(d) order by d.product_name, d.sale_line_id)
                 from sale_details d where d.sale_id = sale.sale_id);
    perform keep_answer(p_key, p_fingerprint, answer);
end
$$;

create function record_purchase(
    p_key         text,
    p_fingerprint bytea,
    p_products    uuid[],
    p_quantities  integer[],
    p_unit_costs  numeric[],
    p_supplier    text,
    p_note        text,
    out outcome   text,
    out answer    jsonb
)
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    purchase purchases;
    line purchase_lines;
begin
    outcome := 'replayed';
    answer := answer_of_key(p_key, p_fingerprint);
    if answer is not null then
        return;
    end if;
    outcome := 'refused';
    answer := refused_lines(p_products, p_quantities, false);
    if answer is not null then
        return;
    end if;

    insert into purchases (purchased_at, supplier, note, actor_id, request_id)
    values (clock_timestamp(), p_supplier, p_note, current_actor(), current_request_id())
    returning * into purchase;
    for line in
        insert into purchase_lines (purchase_id, purchased_at, product_id, quantity, unit_cost)
        select purchase.purchase_id, purchase.purchased_at, l.product_id, l.quantity, l.unit_cost
          from unnest(p_products, p_quantities, p_unit_costs) l (product_id, quantity, unit_cost)
         order by l.product_id
        returning *
    loop
        perform move_stock(line.product_id, 'purchase', line.quantity,
                           p_purchase_line => line.purchase_line_id);
    end loop;
    insert into summary_changes (day) values (business_day(purchase.purchased_at));

    outcome := 'made';
    answer := (select jsonb_agg(to_jsonb(d) order by d.product_name, d.purchase_line_id)
                 from purchase_details d where d.purchase_id = purchase.purchase_id);
    perform keep_answer(p_key, p_fingerprint, answer);
end
$$;


create function movement_answer(p_movement uuid) returns jsonb
    language sql stable
    return (select jsonb_build_array(to_jsonb(d))
              from movement_details d where d.movement_id = p_movement);

-- Why p_change cannot be made to the stock of a product whose row is locked; null when it can.
create function refused_change(p_product products, p_change bigint) returns jsonb
    language sql immutable
    return case when p_product.stock_quantity + p_change < 0 then
        jsonb_build_array(jsonb_build_object(
            'problem', 'shortage', 'product_id', p_product.product_id,
            'product_name', p_product.name, 'available', p_product.stock_quantity)) end;

-- Moves stock by hand: what broke, was found, was given away.
create function record_adjustment(
    p_key         text,
    p_fingerprint bytea,
    p_product     uuid,
    p_quantity    integer,
    p_reason      text,
    p_note        text,
    out outcome   text,
    out answer    jsonb
)
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    product  products;
    movement stock_movements;
begin
    outcome := 'replayed';
    answer := answer_of_key(p_key, p_fingerprint);
    if answer is not null then
        return;
    end if;
    outcome := 'unknown';
    select * into product from products
     where product_id = p_product and archived_at is null for no key update;
    if not found then
        return;
    end if;
    outcome := 'refused';
    answer := refused_change(product, p_quantity);
    if answer is not null then
        return;
    end if;

    movement := move_stock(p_product, 'adjustment', p_quantity, p_reason, p_note);
    outcome := 'made';
    answer := movement_answer(movement.movement_id);
    perform keep_answer(p_key, p_fingerprint, answer);
end
$$;

-- The stock of a product at an instant, by the ledger.
create function stock_at(p_product uuid, p_at timestamptz) returns integer
    language sql stable
    return coalesce((select quantity_after from stock_movements
                      where product_id = p_product and moved_at <= p_at
                      order by sequence desc limit 1), 0);

-- Takes stock: p_counted lay on the shelf at p_counted_at (null: now), where the books should have
-- had p_expected. What is moved is the difference between the two, not "to the counted figure": what
-- was sold or bought since the counting stays sold and bought. If the books had another figure at
-- that time, whoever counted compared with a wrong one, and the count is refused.
-- The answer is one row: expected and counted figure, the stock now, and the movement's columns,
-- which are null when the count was right.
create function record_count(
    p_key         text,
    p_fingerprint bytea,
    p_product     uuid,
    p_counted     integer,
    p_expected    integer,
    p_counted_at  timestamptz,
    p_note        text,
    out outcome   text,
    out answer    jsonb
)
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    product  products;
    movement stock_movements;
    booked   integer;
begin
    outcome := 'replayed';
    answer := answer_of_key(p_key, p_fingerprint);
    if answer is not null then
        return;
    end if;
    outcome := 'unknown';
    select * into product from products
     where product_id = p_product and archived_at is null for no key update;
    if not found then
        return;
    end if;
    outcome := 'refused';
    booked := case when p_counted_at is null then product.stock_quantity
                   else stock_at(p_product, p_counted_at) end;
    answer := case when booked <> p_expected then
        jsonb_build_array(jsonb_build_object(
            'problem', 'stale', 'product_id', p_product, 'product_name', product.name,
            'expected', booked, 'available', product.stock_quantity)) end;
    answer := coalesce(answer, refused_change(product, p_counted::bigint - p_expected));
    if answer is not null then
        return;
    end if;

    if p_counted <> p_expected then
        movement := move_stock(p_product, 'count', p_counted - p_expected, p_note => p_note);
    end if;
    outcome := 'made';
    answer := jsonb_build_array(
        coalesce(movement_answer(movement.movement_id) -> 0, '{}')
        || jsonb_build_object(
               'product_id', p_product, 'expected', p_expected, 'counted', p_counted,
               'stock_quantity', product.stock_quantity + p_counted - p_expected));
    perform keep_answer(p_key, p_fingerprint, answer);
end
$$;

-- Undoes one movement in full. What was reversed before is refused, with the reversal's id.
create function record_reversal(
    p_key         text,
    p_fingerprint bytea,
    p_movement    uuid,
    p_note        text,
    out outcome   text,
    out answer    jsonb
)
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    origin   stock_movements;
    product  products;
    reversal stock_movements;
begin
    outcome := 'replayed';
    answer := answer_of_key(p_key, p_fingerprint);
    if answer is not null then
        return;
    end if;
    outcome := 'unknown';
    select * into origin from stock_movements where movement_id = p_movement;
    if not found then
        return;
    end if;
    select * into product from products where product_id = origin.product_id for no key update;

    outcome := 'refused';
    select * into reversal from stock_movements where reversal_of = p_movement;
    answer := case
        when found then jsonb_build_array(jsonb_build_object(
            'problem', 'reversed', 'movement_id', reversal.movement_id))
        when origin.type = 'reversal' then jsonb_build_array(jsonb_build_object(
            'problem', 'irreversible', 'movement_id', origin.reversal_of))
        else refused_change(product, -origin.quantity::bigint) end;
    if answer is not null then
        return;
    end if;

    reversal := move_stock(origin.product_id, 'reversal', -origin.quantity, p_note => p_note,
                           p_reversal_of => p_movement);
    insert into summary_changes (day)
    select business_day(sold_at) from sale_lines where sale_line_id = origin.sale_line_id
    union all
    select business_day(purchased_at) from purchase_lines
     where purchase_line_id = origin.purchase_line_id;

    outcome := 'made';
    answer := movement_answer(reversal.movement_id);
    perform keep_answer(p_key, p_fingerprint, answer);
end
$$;


-- Two people may edit an expense: the version says whose edit is out of date.
alter table expenses
    add column version    integer     not null default 1,
    add column updated_at timestamptz not null default now(),
    add column request_id text;

create view expense_details as
    select e.expense_id, e.category, e.amount, e.spent_on, e.note, e.version, e.created_at,
           e.updated_at, e.actor_id, u.name as actor_name, u.email as actor_email
      from expenses e
      left join users u on u.user_id = e.actor_id
     where e.voided_at is null;

-- p_spent_on null: today, as the business has it.
create function record_expense(
    p_key         text,
    p_fingerprint bytea,
    p_category    text,
    p_amount      numeric,
    p_spent_on    date,
    p_note        text,
    out outcome   text,
    out answer    jsonb
)
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    expense expenses;
begin
    outcome := 'replayed';
    answer := answer_of_key(p_key, p_fingerprint);
    if answer is not null then
        return;
    end if;
    insert into expenses (category, amount, spent_on, note, actor_id, request_id)
    values (p_category, p_amount, coalesce(p_spent_on, business_day(now())), p_note,
            current_actor(), current_request_id())
    returning * into expense;
    insert into summary_changes (day) values (expense.spent_on);

    outcome := 'made';
    answer := (select jsonb_build_array(to_jsonb(d))
                 from expense_details d where d.expense_id = expense.expense_id);
    perform keep_answer(p_key, p_fingerprint, answer);
end
$$;

-- Locks the expense; SP002 when there is none, SP006 when it is at another version (null: any).
create function lock_expense(p_expense uuid, p_version integer) returns expenses
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    expense expenses;
begin
    select * into expense from expenses
     where expense_id = p_expense and voided_at is null for no key update;
    if not found then
        raise exception using
            errcode = 'SP002', message = 'there is no such expense', table = 'expenses';
    elsif expense.version <> p_version then
        raise exception using
            errcode = 'SP006', message = format('the expense is at version %s', expense.version),
            table = 'expenses';
    end if;
    return expense;
end
$$;

-- p_given says by bits which fields count: 1 category, 2 amount, 4 spent_on, 8 note.
create function change_expense(p_expense uuid, p_version integer, p_given integer,
                               p_category text, p_amount numeric, p_spent_on date, p_note text)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    former  expenses := lock_expense(p_expense, p_version);
    changed expenses := former;
begin
    changed.category := case when p_given & 1 <> 0 then p_category else former.category end;
    changed.amount := case when p_given & 2 <> 0 then p_amount else former.amount end;
    changed.spent_on := case when p_given & 4 <> 0 then p_spent_on else former.spent_on end;
    changed.note := case when p_given & 8 <> 0 then p_note else former.note end;
    if changed is not distinct from former then
        return;
    end if;
    update expenses
       set category = changed.category, amount = changed.amount, spent_on = changed.spent_on,
           note = changed.note, version = version + 1, updated_at = clock_timestamp()
     where expense_id = p_expense;
    insert into summary_changes (day) values (former.spent_on);
    insert into summary_changes (day) select changed.spent_on where changed.spent_on <> former.spent_on;
end
$$;

create function void_expense(p_expense uuid, p_version integer) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    expense expenses := lock_expense(p_expense, p_version);
begin
    update expenses
       set voided_at = clock_timestamp(), version = version + 1, updated_at = clock_timestamp()
     where expense_id = p_expense;
    insert into summary_changes (day) values (expense.spent_on);
end
$$;


-- Who wrote which document, beside who changed what: the trail has a row for each write of the API.
-- Movements of documents are told by the document, corrections by the product's edit, an opening by
-- the product's beginning.
create trigger sales_audit
    after insert or update or delete on sales
    for each row execute function audit_row('sale_id');
create trigger purchases_audit
    after insert or update or delete on purchases
    for each row execute function audit_row('purchase_id');
create trigger stock_movements_audit
    after insert on stock_movements
    for each row when (new.type in ('count', 'reversal')
                       or (new.type = 'adjustment' and new.reason <> 'correction'))
    execute function audit_row('movement_id');

grant execute on function
    record_sale(text, bytea, uuid[], integer[], numeric[], text),
    record_purchase(text, bytea, uuid[], integer[], numeric[], text, text),
    record_adjustment(text, bytea, uuid, integer, text, text),
    record_count(text, bytea, uuid, integer, integer, timestamptz, text),
    record_reversal(text, bytea, uuid, text),
    record_expense(text, bytea, text, numeric, date, text),
    change_expense(uuid, integer, integer, text, numeric, date, text),
    void_expense(uuid, integer),
    roll_up_summaries(), forget_expired_keys(),
    business_day(timestamptz), business_day_start(date)
    to stockpilot_app;
