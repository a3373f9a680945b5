-- Proves that the books add up; raises an exception that names the first thing that does not.
-- Reads everything, changes nothing. By itself: psql -d … -f sql/demo/verify.sql

\set ON_ERROR_STOP on

create or replace function pg_temp.expect_none(p_wrong text, p_rows bigint) returns void
    language plpgsql
as $$
begin
    if p_rows > 0 then
        raise exception '% % wrong', p_wrong, case p_rows when 1 then 'row is'
                                              else 'rows are' end
            using detail = p_rows::text;
    end if;
end
$$;

do $$
begin
    perform pg_temp.expect_none('ledger: quantity_after does not follow from the row before;',
        (select count(*)
           from (select quantity, quantity_after, moved_at,
                        lag(quantity_after, 1, 0) over w as former,
                        lag(moved_at, 1, moved_at) over w as former_time
                   from stock_movements
                 window w as (partition by product_id order by sequence)) m
          where quantity_after <> former + quantity or moved_at < former_time));

    perform pg_temp.expect_none('products: stock is not the sum of the ledger, or units sold are '
                                'not the sales less what was returned;',
        (select count(*)
           from products p
           left join (select m.product_id, sum(m.quantity) as stock,
                             -coalesce(sum(m.quantity) filter (
                                 where m.type = 'sale' or origin.type = 'sale'), 0) as sold
                        from stock_movements m
                        left join stock_movements origin on origin.movement_id = m.reversal_of
                       group by m.product_id) l on l.product_id = p.product_id
          where p.stock_quantity <> coalesce(l.stock, 0) or p.units_sold <> coalesce(l.sold, 0)));

    perform pg_temp.expect_none('sales: lines without exactly their movement;',
        (select count(*)
           from sale_lines l
           full join (select * from stock_movements where type = 'sale') m
             on m.sale_line_id = l.sale_line_id
          where (m.product_id, m.quantity) is distinct from (l.product_id, -l.quantity)));

    perform pg_temp.expect_none('purchases: lines without exactly their movement;',
        (select count(*)
           from purchase_lines l
           full join (select * from stock_movements where type = 'purchase') m
             on m.purchase_line_id = l.purchase_line_id
          where (m.product_id, m.quantity) is distinct from (l.product_id, l.quantity)));

    perform pg_temp.expect_none('reversals: not of one movement of the product, in full;',
        (select count(*)
           from stock_movements m
           join stock_movements origin on origin.movement_id = m.reversal_of
          where (m.product_id, m.quantity, 'reversal')
                is distinct from (origin.product_id, -origin.quantity, m.type)
             or origin.type = 'reversal' or origin.sequence > m.sequence));

    perform pg_temp.expect_none('sales and purchases: without a line, or in the future;',
        (select count(*) from sales s
          where sold_at > clock_timestamp()
             or not exists (select from sale_lines l where l.sale_id = s.sale_id))
        + (select count(*) from purchases p
            where purchased_at > clock_timestamp()
               or not exists (select from purchase_lines l where l.purchase_id = p.purchase_id)));
end
$$;

-- The summaries, by other means than refresh_summaries().
do $$
declare
    zone text := (select business_time_zone from settings);
begin
    perform pg_temp.expect_none('sales_summary: not the total of its day;',
        (select count(*)
           from (select (l.sold_at at time zone zone)::date as day,
                        sum(l.quantity * l.unit_price) as total
                   from sale_lines l
                   join stock_movements m on m.sale_line_id = l.sale_line_id
                   left join stock_movements r on r.reversal_of = m.movement_id
                  where r.movement_id is null
                  group by 1) f
           full join sales_summary s on s.day = f.day
          where s.total_value is distinct from f.total));

    perform pg_temp.expect_none('purchase_summary: not the total of its day;',
        (select count(*)
           from (select (l.purchased_at at time zone zone)::date as day,
                        sum(round(l.quantity * l.unit_cost, 2)) as total
                   from purchase_lines l
                   join stock_movements m on m.purchase_line_id = l.purchase_line_id
                   left join stock_movements r on r.reversal_of = m.movement_id
                  where r.movement_id is null
                  group by 1) f
           full join purchase_summary s on s.day = f.day
          where s.total_purchased is distinct from f.total));

    perform pg_temp.expect_none('expense_summary: not the total of its day;',
        (select count(*)
           from (select spent_on as day, sum(amount) as total
                   from expenses where voided_at is null group by 1) f
           full join expense_summary s on s.day = f.day
          where s.total_expenses is distinct from f.total));

    perform pg_temp.expect_none('expense_by_category: not the total of its day and category;',
        (select count(*)
           from (select spent_on as day, category, sum(amount) as total
                   from expenses where voided_at is null group by 1, 2) f
           full join expense_by_category c on c.day = f.day and c.category = f.category
          where c.amount is distinct from f.total));

    perform pg_temp.expect_none('summaries: change is not against the former row;',
        (select count(*)
           from (select change_percentage, total_value as total,
                        lag(total_value) over (order by day) as former from sales_summary
                 union all
                 select change_percentage, total_purchased,
                        lag(total_purchased) over (order by day) from purchase_summary) s
          where change_percentage is distinct from
                case when former <> 0 then round((total - former) * 100 / former, 2) end));
end
$$;

do $$
begin
    perform pg_temp.expect_none('alert_states: not low just when the stock is below its level;',
        (select count(*)
           from alert_states a join products p on p.product_id = a.product_id
          where a.state = 'low'
            and (p.stock_quantity >= a.level or p.archived_at is not null)));

    perform pg_temp.expect_none('alert_states: episodes without exactly one notification;',
        (select count(*)
           from alert_states a
          where a.episode <> (select count(*) from notifications n
                              where n.product_id = a.product_id
                                and n.episode between 1 and a.episode)));
end
$$;
