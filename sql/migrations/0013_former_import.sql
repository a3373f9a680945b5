-- Taking over a database of the former Express/Prisma backend: what is right is brought over, what is not is
-- brought over as far as it can be or left out, and every such row is told. stockpilotctl import copies the
-- former tables as they are into temporary ones (former_users, former_products …, see
-- src/store/former_import.c) and calls import_former(), all in one transaction of the owner.

-- Ids that are UUIDs are kept; of others one is made, the same in every run.
create function former_id(p_table text, p_id text) returns uuid
    language sql immutable
    return case when p_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then lower(p_id)::uuid
                else md5(format('stockpilot former %s %s', p_table, p_id))::uuid end;

-- A former number of money with so many decimals, rounded half up; null when it is none that could be kept.
create function former_money(p_amount double precision, p_decimals integer) returns numeric
    language sql immutable
    return case when p_amount = 'NaN' or abs(p_amount) >= 1e10 then null
                else round(p_amount::numeric, p_decimals) end;

-- Makes the two tables of the report: import_findings, a row for each thing that was wrong, and import_totals, a
-- row for each table.
create function open_import_report() returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    create temporary table import_findings (
        finding bigint not null generated always as identity,
        table_name text not null, row_id text, what text not null, done text not null
    ) on commit drop;
    create temporary table import_totals (
        table_name text not null, read bigint not null, taken bigint not null
    ) on commit drop;
end
$$;

create function import_former_users() returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into import_findings (table_name, row_id, what, done)
    select 'Users', "userId", problem, done
      from former_users,
           lateral (values
               ('the e-mail address is of no possible length', 'left out',
                char_length(email) not between 3 and 320),
               ('the name is empty or too long', 'corrected',
                coalesce(char_length(btrim(name)), 0) not between 1 and 200)
           ) as judged (problem, done, wrong)
     where wrong
     order by "userId", problem;

    insert into users (user_id, cognito_sub, name, email, role)
    select former_id('Users', "userId"), 'former:' || former_id('Users', "userId"),
           coalesce(nullif(left(btrim(name), 200), ''), 'Former user'),
           case when char_length(email) between 3 and 320 then email end, 'viewer'
      from former_users;
    insert into import_totals select 'Users', count(*), count(*) from former_users;
end
$$;

create function import_former_products() returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into import_findings (table_name, row_id, what, done)
    select 'Products', "productId", problem, done
      from former_products p,
           lateral (values
               ('the name is empty or too long', 'corrected',
                coalesce(char_length(btrim(name)), 0) not between 1 and 200),
               (format('the price %s is none', price), 'the price is 0',
                former_money(price, 2) is null or price < 0),
               (format('the price %s has more than two decimals', price), 'rounded',
                former_money(price, 2) <> former_money(price, 9) and price >= 0),
               (format('the rating %s is not from 0 to 5', rating), 'left out',
                rating is not null and (rating = 'NaN' or rating not between 0 and 5)),
               (format('the stock %s is below zero', "stockQuantity"), 'the stock is 0',
                "stockQuantity" < 0),
               ('the description is too long', 'cut', char_length(description) > 4000),
               (format('the image %s has no address of the web', left("imageUrl", 100)), 'left out',
                "imageUrl" <> '' and not former_is_address("imageUrl"))
           ) as judged (problem, done, wrong)
     where wrong
     order by "productId", problem;

    insert into products (product_id, name, price, rating, description, image_url)
    select former_id('Products', "productId"),
           coalesce(nullif(left(btrim(name), 200), ''), 'Product ' || left("productId", 100)),
           greatest(coalesce(former_money(price, 2), 0), 0),
           case when rating between 0 and 5 then round(rating::numeric, 2) end,
           nullif(left(description, 4000), ''),
           case when former_is_address("imageUrl") then "imageUrl" end
      from former_products;
    insert into import_totals select 'Products', count(*), count(*) from former_products;
end
$$;

-- An address as the API takes it.
create function former_is_address(p_url text) returns boolean
    language sql immutable
    return coalesce(char_length(p_url) <= 2048
                    and p_url ~* '^(https?://|/[^/])'
                    and p_url ~ '^[!-~]*$' and p_url !~ '["<>\\^`{|}]', false);

-- Sales and purchases, judged alike: what is wrong with each, and what becomes of it.
create function judge_former_trade(p_table text) returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into import_findings (table_name, row_id, what, done)
    select p_table, id, problem, done
      from former_trade t,
           lateral (values
               (format('there is no product %s', product), 'left out', not known),
               (format('the quantity %s is not more than 0', quantity), 'left out', quantity <= 0),
               (format('the unit amount %s is none', unit), 'left out', amount is null or unit < 0),
               (format('the unit amount %s has too many decimals', unit), 'rounded',
                takes_over and amount <> former_money(unit, 9)),
               (format('the total is %s, and %s times %s is %s', total, quantity, amount,
                       round(quantity * amount, 2)),
                'the product counts',
                takes_over and round(quantity * amount, 2) is distinct from former_money(total, 2)),
               (format('its time %s is to come', at), 'it is of now', takes_over and at > now())
           ) as judged (problem, done, wrong)
     where t.table_name = p_table and wrong
     order by id, problem;
    insert into import_totals
    select p_table, count(*), count(*) filter (where takes_over)
      from former_trade where table_name = p_table;
end
$$;

create function import_former_trade() returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    -- Both kinds in one shape; in the order of their times, purchases first.
    create temporary table former_trade on commit drop as
        select 'Purchases' as table_name, former_id('Purchases', "purchaseId") as row_id,
               "purchaseId" as id, "productId" as product, "timestamp" at time zone 'UTC' as at,
               quantity, "unitCost" as unit, "totalCost" as total,
               former_money("unitCost", 4) as amount, 1 as direction
          from former_purchases
        union all
        select 'Sales', former_id('Sales', "saleId"), "saleId", "productId",
               "timestamp" at time zone 'UTC', quantity, "unitPrice", "totalAmount",
               former_money("unitPrice", 2), -1
          from former_sales;
    alter table former_trade
        add column product_id uuid, add column known boolean, add column takes_over boolean,
        add column line_id uuid not null default gen_random_uuid();
    update former_trade t
       set product_id = former_id('Products', product),
           known = exists (select from products p
                            where p.product_id = former_id('Products', product));
    update former_trade
       set takes_over = known and quantity > 0 and amount is not null and unit >= 0;
    perform judge_former_trade('Sales'), judge_former_trade('Purchases');
    delete from former_trade where not takes_over;
    update former_trade set at = now() where at > now();
    analyze former_trade;

    insert into sales (sale_id, sold_at) select row_id, at from former_trade where direction < 0;
    insert into sale_lines (sale_line_id, sale_id, product_id, sold_at, quantity, unit_price)
    select line_id, row_id, product_id, at, quantity, amount from former_trade where direction < 0;
    insert into purchases (purchase_id, purchased_at)
    select row_id, at from former_trade where direction > 0;
    insert into purchase_lines (purchase_line_id, purchase_id, product_id, purchased_at, quantity,
                                unit_cost)
    select line_id, row_id, product_id, at, quantity, amount from former_trade where direction > 0;
end
$$;

-- The ledger: an opening before the first movement that makes it end at the former stock. Where that would let
-- the stock fall below zero on the way, the opening is as large as it must be, and an adjustment of now comes last.
create function import_former_ledger() returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    create temporary table former_stock on commit drop as
        select p.product_id, p.id, p.stock, coalesce(t.net, 0) as net, coalesce(t.least, 0) as least,
               coalesce(t.since, now()) - interval '1 second' as opened_at,
               greatest(p.stock - coalesce(t.net, 0), -least(coalesce(t.least, 0), 0), 0) as opening
          from (select former_id('Products', "productId") as product_id, "productId" as id,
                       greatest("stockQuantity", 0)::bigint as stock from former_products) p
          left join (select product_id, max(running) filter (where last) as net,
                            min(running) as least, min(at) as since
                       from (select product_id, at,
                                    sum(direction * quantity::bigint) over w as running,
                                    lead(at) over w is null as last
                               from former_trade
                             window w as (partition by product_id order by at, direction desc, row_id)
                            ) r group by product_id) t on t.product_id = p.product_id;

    insert into import_findings (table_name, row_id, what, done)
    select 'Products', id,
           format('the stock is %s; with its purchases and sales it cannot be less than %s', stock,
                  opening + net),
           format('the difference of %s is booked as an adjustment', stock - opening - net)
      from former_stock where opening + net <> stock order by id;

    insert into stock_movements (product_id, type, quantity, quantity_after, reason, note,
                                 sale_line_id, purchase_line_id, request_id, moved_at)
    select product_id, type, quantity, after, reason, note, sale_line_id, purchase_line_id,
           current_request_id(), at
      from (
        select product_id, 'opening' as type, opening as quantity, opening as after,
               null as reason, null as note, null::uuid as sale_line_id,
               null::uuid as purchase_line_id, opened_at as at, 0 as step, null::uuid as row_id
          from former_stock where opening > 0
        union all
        select t.product_id, case when direction < 0 then 'sale' else 'purchase' end,
               direction * quantity,
               s.opening + sum(direction * quantity::bigint) over (
                   partition by t.product_id order by at, direction desc, row_id),
               null, null, case when direction < 0 then line_id end,
               case when direction > 0 then line_id end, at, 1 - direction, row_id
          from former_trade t join former_stock s on s.product_id = t.product_id
        union all
        select product_id, 'adjustment', stock - opening - net, stock, 'import',
               'The former system had this stock.', null, null, now(), 9, null
          from former_stock where stock <> opening + net
      ) m
     order by product_id, at, step, row_id;

    update products p
       set stock_quantity = s.stock,
           units_sold = coalesce((select sum(quantity) from sale_lines l
                                   where l.product_id = p.product_id), 0)
      from former_stock s
     where s.product_id = p.product_id;
end
$$;

create function import_former_expenses() returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into import_findings (table_name, row_id, what, done)
    select 'Expenses', "expenseId", problem, done
      from former_expenses e,
           lateral (values
               (format('the amount %s is not more than 0', amount), 'left out',
                coalesce(former_money(amount, 2), 0) <= 0),
               (format('the amount %s has more than two decimals', amount), 'rounded',
                former_money(amount, 2) > 0 and former_money(amount, 2) <> former_money(amount, 9)),
               ('the category is empty or too long', 'corrected',
                former_money(amount, 2) > 0
                and coalesce(char_length(btrim(category)), 0) not between 1 and 100)
           ) as judged (problem, done, wrong)
     where wrong
     order by "expenseId", problem;

    insert into expenses (expense_id, category, amount, spent_on, created_at, updated_at)
    select former_id('Expenses', "expenseId"),
           coalesce(nullif(left(btrim(category), 100), ''), 'Other'), former_money(amount, 2),
           business_day("timestamp" at time zone 'UTC'), "timestamp" at time zone 'UTC',
           "timestamp" at time zone 'UTC'
      from former_expenses where former_money(amount, 2) > 0;
    insert into import_totals
    select 'Expenses', count(*), count(*) filter (where former_money(amount, 2) > 0)
      from former_expenses;
end
$$;

create function import_former_notifications() returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into import_findings (table_name, row_id, what, done)
    select 'Notifications', "notificationId", problem, done
      from former_notifications n,
           lateral (values
               (format('there is no type %s', type), 'it is of type system',
                type not in ('stock_alert', 'user_activity', 'system', 'order_notification')),
               (format('there is no user %s', "userId"), 'it is for everyone',
                "userId" is not null
                and not exists (select from former_users u where u."userId" = n."userId")),
               ('the title is empty or too long', 'corrected',
                coalesce(char_length(title), 0) not between 1 and 200),
               ('the message is empty or too long', 'corrected',
                coalesce(char_length(message), 0) not between 1 and 4000)
           ) as judged (problem, done, wrong)
     where wrong
     order by "notificationId", problem;

    insert into notifications (notification_id, user_id, type, title, message, created_at)
    select former_id('Notifications', "notificationId"),
           case when exists (select from former_users u where u."userId" = n."userId")
                then former_id('Users', "userId") end,
           case when type in ('stock_alert', 'user_activity', 'system', 'order_notification')
                then type else 'system' end,
           coalesce(nullif(left(title, 200), ''), '-'), coalesce(nullif(left(message, 4000), ''), '-'),
           "createdAt" at time zone 'UTC'
      from former_notifications n;
    insert into notification_reads (notification_id, user_id, read_at)
    select n.notification_id, n.user_id, n.created_at
      from former_notifications f
      join notifications n
        on n.notification_id = former_id('Notifications', f."notificationId")
     where f."isRead" and n.user_id is not null;
    insert into import_totals select 'Notifications', count(*), count(*) from former_notifications;
end
$$;

-- The former figures of days are not taken over: they are made of the documents. Told is only how far they were off.
create function compare_former_summaries() returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into import_findings (table_name, what, done)
    select table_name, format('%s of %s rows are not the total of their day', wrong, all_rows),
           'computed anew'
      from (select 'SalesSummary' as table_name, count(*) as all_rows,
                   count(*) filter (where s.total_value is distinct from
                                          former_money(f."totalValue", 2)) as wrong
              from former_sales_summary f
              left join sales_summary s on s.day = business_day(f.date at time zone 'UTC')
            union all
            select 'PurchaseSummary', count(*),
                   count(*) filter (where s.total_purchased is distinct from
                                          former_money(f."totalPurchased", 2))
              from former_purchase_summary f
              left join purchase_summary s on s.day = business_day(f.date at time zone 'UTC')
            union all
            select 'ExpenseSummary', count(*),
                   count(*) filter (where s.total_expenses is distinct from
                                          former_money(f."totalExpenses", 2))
              from former_expense_summary f
              left join expense_summary s on s.day = business_day(f.date at time zone 'UTC')
            union all
            select 'ExpenseByCategory', count(*),
                   count(*) filter (where c.amount is distinct from f.amount::numeric)
              from former_expense_by_category f
              left join expense_by_category c
                on c.day = business_day(f.date at time zone 'UTC') and c.category = f.category) x
     where wrong > 0;
end
$$;

-- 'done', 'nothing new' after an earlier import of the same rows, or 'not empty': then nothing was changed.
create function import_former() returns text
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform act_as(null, 'import');
    perform open_import_report();
    if exists (select from products) or exists (select from sales) or exists (select from purchases)
        or exists (select from expenses)
    then
        return case
            when exists (select from former_products)
                and not exists (select from former_products f
                                 where not exists (select from products p
                                                    where p.product_id = former_id('Products', f."productId")))
                and not exists (select from products p
                                 where not exists (select from former_products f
                                                    where p.product_id = former_id('Products', f."productId")))
                and not exists (select from sales s where not exists (
                                    select from former_sales f where s.sale_id = former_id('Sales', f."saleId")))
            then 'nothing new' else 'not empty' end;
    end if;

    -- What was booked long ago is no write of today.
    alter table sales disable trigger sales_audit;
    alter table purchases disable trigger purchases_audit;
    alter table stock_movements disable trigger stock_movements_audit;
    alter table sale_lines disable trigger sale_lines_tell_of_order;
    perform import_former_users(), import_former_products(), import_former_trade(),
            import_former_ledger(), import_former_expenses(), import_former_notifications();
    perform refresh_summaries();
    perform compare_former_summaries();
    -- Deferred to here: a table with events that have not happened yet cannot be altered.
    set constraints all immediate;
    alter table sales enable trigger sales_audit;
    alter table purchases enable trigger purchases_audit;
    alter table stock_movements enable trigger stock_movements_audit;
    alter table sale_lines enable trigger sale_lines_tell_of_order;
    return 'done';
end
$$;
