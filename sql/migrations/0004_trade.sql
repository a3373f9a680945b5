-- Sales, purchases and expenses. A sale or purchase is a document with lines, one line per
-- product; Part 1 of the HTTP contract shows lines. Totals are the database's arithmetic.
--
-- Lines repeat the time of their document, so that the last lines of a product are one index
-- scan. The foreign key over both columns keeps the copies equal to the original.

create table sales (
    sale_id    uuid        not null default gen_random_uuid(),
    sold_at    timestamptz not null default now(),
    note       text,
    actor_id   uuid,
    request_id text,
    created_at timestamptz not null default now(),

    constraint sales_pkey primary key (sale_id),
    constraint sales_sold_at_key unique (sold_at, sale_id),
    constraint sales_note_length check (char_length(note) <= 1000)
);

create table sale_lines (
    sale_line_id uuid          not null default gen_random_uuid(),
    sale_id      uuid          not null,
    product_id   uuid          not null,
    sold_at      timestamptz   not null,
    quantity     integer       not null,
    unit_price   numeric(14,2) not null,
    total_amount numeric(14,2) not null generated always as (quantity * unit_price) stored,

    constraint sale_lines_pkey primary key (sale_line_id),
    constraint sale_lines_product_key unique (sale_id, product_id),
    constraint sale_lines_sale_fkey foreign key (sold_at, sale_id)
        references sales (sold_at, sale_id) on update cascade,
    constraint sale_lines_product_fkey foreign key (product_id) references products (product_id),
    constraint sale_lines_quantity_positive check (quantity > 0),
    constraint sale_lines_unit_price_not_negative check (unit_price >= 0)
);

create index sale_lines_product_idx on sale_lines (product_id, sold_at desc, sale_line_id desc);
create index sale_lines_sold_at_idx on sale_lines (sold_at desc, sale_line_id desc);


create table purchases (
    purchase_id  uuid        not null default gen_random_uuid(),
    purchased_at timestamptz not null default now(),
    supplier     text,
    note         text,
    actor_id     uuid,
    request_id   text,
    created_at   timestamptz not null default now(),

    constraint purchases_pkey primary key (purchase_id),
    constraint purchases_purchased_at_key unique (purchased_at, purchase_id),
    constraint purchases_supplier_length check (char_length(supplier) between 1 and 200),
    constraint purchases_note_length check (char_length(note) <= 1000)
);

create table purchase_lines (
    purchase_line_id uuid          not null default gen_random_uuid(),
    purchase_id      uuid          not null,
    product_id       uuid          not null,
    purchased_at     timestamptz   not null,
    quantity         integer       not null,
    unit_cost        numeric(14,4) not null,
    -- A cost has four decimals, an amount of money two: the cent is rounded here, per line.
    total_cost       numeric(14,2) not null
        generated always as (round(quantity * unit_cost, 2)) stored,

    constraint purchase_lines_pkey primary key (purchase_line_id),
    constraint purchase_lines_product_key unique (purchase_id, product_id),
    constraint purchase_lines_purchase_fkey foreign key (purchased_at, purchase_id)
        references purchases (purchased_at, purchase_id) on update cascade,
    constraint purchase_lines_product_fkey
        foreign key (product_id) references products (product_id),
    constraint purchase_lines_quantity_positive check (quantity > 0),
    constraint purchase_lines_unit_cost_not_negative check (unit_cost >= 0)
);

create index purchase_lines_product_idx
    on purchase_lines (product_id, purchased_at desc, purchase_line_id desc);
create index purchase_lines_purchased_at_idx
    on purchase_lines (purchased_at desc, purchase_line_id desc);


-- spent_on is a day of the business, not an instant. A wrong expense is voided, not deleted.
create table expenses (
    expense_id uuid          not null default gen_random_uuid(),
    category   text          not null,
    amount     numeric(14,2) not null,
    spent_on   date          not null,
    note       text,
    voided_at  timestamptz,
    actor_id   uuid,
    created_at timestamptz   not null default now(),

    constraint expenses_pkey primary key (expense_id),
    constraint expenses_category_length check (char_length(category) between 1 and 100),
    constraint expenses_amount_positive check (amount > 0),
    constraint expenses_note_length check (char_length(note) <= 1000)
);

create index expenses_spent_on_idx on expenses (spent_on desc, expense_id desc);

create trigger expenses_audit
    after insert or update or delete on expenses
    for each row execute function audit_row('expense_id');
