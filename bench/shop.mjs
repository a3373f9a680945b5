// The shop that is measured in: which products and search terms there are, and how it becomes again what it was.
import { say } from './progress.mjs';
import { SHELF, SHELF_ID } from './requests.mjs';

const MOST_IDS = 1000;
const TERMS = 40;
const SLOW_PRODUCTS = 500;
export const SLOW_SECONDS = 0.1;

export class Shop {
  constructor(stack) {
    this.stack = stack;
    this.tidy(); // what a bench that was killed has left
    this.productIds = this.#column(`select product_id from products where archived_at is null
      order by md5(product_id::text) limit ${MOST_IDS}`);
    // Whole words and parts of them, common and rare.
    this.terms = this.#column(`with words as (
        select distinct lower(word) as word from products, regexp_split_to_table(name, '[^A-Za-z]+') word
        where archived_at is null and char_length(word) >= 4)
      select case when ascii(md5(word)) % 2 = 0 then word else left(word, 4) end from words
      order by md5(word || 'x') limit ${TERMS}`);
    this.lastAudit = this.stack.sql('select coalesce(max(audit_id), 0) from audit_log');
    [this.products, this.sales] = this.stack.sql(`select (select count(*) from products where archived_at is null)
      || ' ' || (select count(*) from sale_lines)`).split(' ').map(Number);
  }

  #column(sql) {
    return this.stack.sql(sql).split('\n').filter((line) => line !== '');
  }

  // Takes away what writes have left, without the triggers that forbid it: each system finds the same shop.
  tidy() {
    const audit = this.lastAudit === undefined ? '' : `delete from audit_log where audit_id > ${this.lastAudit};`;
    this.stack.sql(`
      begin;
      set local session_replication_role = replica;
      delete from sales using sale_lines, products where sales.sale_id = sale_lines.sale_id
        and sale_lines.product_id = products.product_id and products.name like 'Bench %';
      delete from sale_lines using products where sale_lines.product_id = products.product_id
        and products.name like 'Bench %';
      delete from idempotency_keys;
      delete from summary_changes;
      delete from stock_movements using products where stock_movements.product_id = products.product_id
        and products.name like 'Bench %';
      delete from products where name like 'Bench %';
      ${audit}
      commit;
      vacuum products, stock_movements, sales, sale_lines, idempotency_keys, summary_changes, audit_log;
      checkpoint;`);
  }

  // What is sold, with the ledger that belongs to it.
  fillShelf() {
    this.stack.sql(`
      begin;
      set local session_replication_role = replica;
      with shelf as (
        insert into products (product_id, name, price, stock_quantity, minimum_stock)
        select ('${SHELF_ID}' || lpad(number::text, 12, '0'))::uuid, 'Bench shelf ' || number, 9.99, 1000000000, 0
          from generate_series(1, ${SHELF}) number
        returning product_id, stock_quantity)
      insert into stock_movements (product_id, type, quantity, quantity_after)
      select product_id, 'opening', stock_quantity, stock_quantity from shelf;
      commit;
      vacuum analyze products;`);
  }

  // Products of which every change takes a tenth of a second: there is no request like that in the API itself, and this
  // one is equally slow for every system. Many of them, so that two hardly ever wait for each other's lock.
  openSlowShelf() {
    say(`adding ${SLOW_PRODUCTS} products that take ${SLOW_SECONDS * 1000} ms to change`);
    this.stack.sql(`
      create or replace function bench_slow() returns trigger language plpgsql as $$
        begin perform pg_sleep(${SLOW_SECONDS}); return new; end $$;
      insert into products (name, price) select 'Bench slow ' || number, 1
        from generate_series(1, ${SLOW_PRODUCTS}) number;
      create or replace trigger bench_slow before update on products
        for each row when (old.name like 'Bench slow %') execute function bench_slow();
      analyze products;`);
    return this.#column("select product_id from products where name like 'Bench slow %'");
  }

  closeSlowShelf() {
    this.stack.sql('drop trigger if exists bench_slow on products; drop function if exists bench_slow();');
    this.tidy();
    this.stack.sql('analyze products;');
  }
}
