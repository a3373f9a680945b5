-- Figures per day of the business, derived from sales, purchases and expenses and never typed
-- in. The ids stay the same when a day is computed again.

create table sales_summary (
    sales_summary_id  uuid          not null default gen_random_uuid(),
    day               date          not null,
    total_value       numeric(14,2) not null,
    change_percentage numeric(20,2),
    updated_at        timestamptz   not null default clock_timestamp(),

    constraint sales_summary_pkey primary key (sales_summary_id),
    constraint sales_summary_day_key unique (day)
);

create table purchase_summary (
    purchase_summary_id uuid          not null default gen_random_uuid(),
    day                 date          not null,
    total_purchased     numeric(14,2) not null,
    change_percentage   numeric(20,2),
    updated_at          timestamptz   not null default clock_timestamp(),

    constraint purchase_summary_pkey primary key (purchase_summary_id),
    constraint purchase_summary_day_key unique (day)
);

create table expense_summary (
    expense_summary_id uuid          not null default gen_random_uuid(),
    day                date          not null,
    total_expenses     numeric(14,2) not null,
    updated_at         timestamptz   not null default clock_timestamp(),

    constraint expense_summary_pkey primary key (expense_summary_id),
    constraint expense_summary_day_key unique (day)
);

create table expense_by_category (
    expense_by_category_id uuid          not null default gen_random_uuid(),
    expense_summary_id     uuid          not null,
    category               text          not null,
    amount                 numeric(14,2) not null,
    day                    date          not null,
    updated_at             timestamptz   not null default clock_timestamp(),

    constraint expense_by_category_pkey primary key (expense_by_category_id),
    constraint expense_by_category_key unique (expense_summary_id, category),
    constraint expense_by_category_summary_fkey foreign key (expense_summary_id)
        references expense_summary (expense_summary_id) on delete cascade
);

create index expense_by_category_day_idx
    on expense_by_category (day desc, expense_by_category_id desc);

-- First instant of a day of the business. Bounds of days are compared with the plain column,
-- so that an index on it serves them; a day may have 23 or 25 hours.
create function business_day_start(p_day date) returns timestamptz
    language sql stable
    return (select p_day::timestamp at time zone business_time_zone from settings);

-- Change of a figure against the former one in percent; null when there is none, or it is zero.
create function change_percentage(p_current numeric, p_former numeric) returns numeric
    language sql immutable
    return round((p_current - p_former) * 100 / nullif(p_former, 0), 2);


-- Lines of sales and purchases whose movement was reversed: they no longer count.
create view reversed_lines as
    select origin.sale_line_id, origin.purchase_line_id
      from stock_movements reversal
      join stock_movements origin on origin.movement_id = reversal.reversal_of
     where reversal.reversal_of is not null;

create function refresh_sales_summary(p_from date, p_to date) returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    zone  text        := (select business_time_zone from settings);
    since timestamptz := business_day_start(p_from);
    until timestamptz := business_day_start(p_to + 1);
begin
    with figures as (
        select (sold_at at time zone zone)::date as day, sum(total_amount) as total
          from sale_lines
         where sold_at >= since and sold_at < until
           and sale_line_id not in (select sale_line_id from reversed_lines
                                    where sale_line_id is not null)
         group by 1
    ), gone as (
        delete from sales_summary
         where day between p_from and p_to and day not in (select day from figures)
    )
    insert into sales_summary as s (day, total_value)
    select day, total from figures
    on conflict (day) do update
        set total_value = excluded.total_value, updated_at = clock_timestamp()
        where s.total_value <> excluded.total_value;

    -- The first day after the range compares itself with the range.
    update sales_summary s
       set change_percentage = c.change, updated_at = clock_timestamp()
      from (select day, change_percentage(total_value, lag(total_value) over (order by day))
                       as change
              from sales_summary
             where day >= coalesce((select max(day) from sales_summary where day < p_from), p_from)
               and day <= coalesce((select min(day) from sales_summary where day > p_to), p_to)
           ) c
     where s.day = c.day and c.day >= p_from and s.change_percentage is distinct from c.change;
end
$$;

create function refresh_purchase_summary(p_from date, p_to date) returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    zone  text        := (select business_time_zone from settings);
    since timestamptz := business_day_start(p_from);
    until timestamptz := business_day_start(p_to + 1);
begin
    with figures as (
        select (purchased_at at time zone zone)::date as day, sum(total_cost) as total
          from purchase_lines
         where purchased_at >= since and purchased_at < until
           and purchase_line_id not in (select purchase_line_id from reversed_lines
                                        where purchase_line_id is not null)
         group by 1
    ), gone as (
        delete from purchase_summary
         where day between p_from and p_to and day not in (select day from figures)
    )
    insert into purchase_summary as s (day, total_purchased)
    select day, total from figures
    on conflict (day) do update
        set total_purchased = excluded.total_purchased, updated_at = clock_timestamp()
        where s.total_purchased <> excluded.total_purchased;

    update purchase_summary s
       set change_percentage = c.change, updated_at = clock_timestamp()
      from (select day, change_percentage(total_purchased,
                                          lag(total_purchased) over (order by day)) as change
              from purchase_summary
             where day >= coalesce((select max(day) from purchase_summary where day < p_from),
                                   p_from)
               and day <= coalesce((select min(day) from purchase_summary where day > p_to), p_to)
           ) c
     where s.day = c.day and c.day >= p_from and s.change_percentage is distinct from c.change;
end
$$;

create function refresh_expense_summary(p_from date, p_to date) returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    with figures as (
        select spent_on as day, sum(amount) as total
          from expenses
         where spent_on between p_from and p_to and voided_at is null
         group by 1
    ), gone as (
        delete from expense_summary
         where day between p_from and p_to and day not in (select day from figures)
    )
    insert into expense_summary as s (day, total_expenses)
    select day, total from figures
    on conflict (day) do update
        set total_expenses = excluded.total_expenses, updated_at = clock_timestamp()
        where s.total_expenses <> excluded.total_expenses;

    with figures as (
        select s.expense_summary_id, e.category, s.day, sum(e.amount) as total
          from expenses e join expense_summary s on s.day = e.spent_on
         where e.spent_on between p_from and p_to and e.voided_at is null
         group by 1, 2, 3
    ), gone as (
        delete from expense_by_category c
         where c.day between p_from and p_to
           and (c.expense_summary_id, c.category)
               not in (select expense_summary_id, category from figures)
    )
    insert into expense_by_category as c (expense_summary_id, category, day, amount)
    select expense_summary_id, category, day, total from figures
    on conflict (expense_summary_id, category) do update
        set amount = excluded.amount, updated_at = clock_timestamp()
        where c.amount <> excluded.amount;
end
$$;

-- Computes the four summaries anew for the days of the business from p_from to p_to inclusive
-- (default: all there are). Readers are never blocked; a second refresh waits for the first.
-- Selling takes no part in this and waits for nothing here.
create function refresh_summaries(p_from date default '-infinity', p_to date default 'infinity')
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    lock table sales_summary in share row exclusive mode;
    perform refresh_sales_summary(p_from, p_to),
            refresh_purchase_summary(p_from, p_to),
            refresh_expense_summary(p_from, p_to);
end
$$;
