// The database: a pool of connections, and named statements, which pg prepares once on each of them.
import { randomUUID } from 'node:crypto';
import pg from 'pg';

const DATE = 1082;
pg.types.setTypeParser(DATE, (day) => `${day}T00:00:00.000Z`);

const PRODUCT = 'product_id, name, price, rating, stock_quantity, image_key, image_url, description, sku, category, '
  + 'minimum_stock, version, updated_at, units_sold';
const IN_CATALOGUE = 'archived_at IS NULL';

const statement = (name, text) => (values) => ({ name, text, values });

const popular = statement('popular', `SELECT ${PRODUCT} FROM products WHERE ${IN_CATALOGUE}
  ORDER BY units_sold DESC, product_id LIMIT 15`);
const sales = statement('sales', `SELECT sales_summary_id, total_value, change_percentage, day, updated_at
  FROM sales_summary ORDER BY day DESC LIMIT 5`);
const purchases = statement('purchases', `SELECT purchase_summary_id, total_purchased, change_percentage, day, updated_at
  FROM purchase_summary ORDER BY day DESC LIMIT 5`);
const expenses = statement('expenses', `SELECT expense_summary_id, total_expenses, day, updated_at
  FROM expense_summary ORDER BY day DESC LIMIT 5`);
const categories = statement('categories', `SELECT expense_by_category_id, expense_summary_id, category, amount, day,
  updated_at FROM expense_by_category ORDER BY day DESC, expense_by_category_id DESC LIMIT 5`);
const list = statement('list', `SELECT ${PRODUCT} FROM products WHERE ${IN_CATALOGUE}
  ORDER BY name, product_id LIMIT $1::bigint`);
// Without a name: planned each time, since a plan made without the pattern uses the trigram index badly.
const search = (values) => ({
  text: `SELECT ${PRODUCT} FROM products WHERE ${IN_CATALOGUE} AND search_name LIKE lower($2)
    ORDER BY name, product_id LIMIT $1::bigint`,
  values,
});
const get = statement('get', `SELECT ${PRODUCT} FROM products WHERE product_id = $1::uuid AND ${IN_CATALOGUE}`);
const latestSales = statement('latest_sales', `SELECT sale_id, product_id, sold_at, quantity, unit_price, total_amount
  FROM sale_lines WHERE product_id = $1::uuid ORDER BY sold_at DESC, sale_id DESC LIMIT 10`);
const latestPurchases = statement('latest_purchases', `SELECT purchase_id, product_id, purchased_at, quantity, unit_cost,
  total_cost FROM purchase_lines WHERE product_id = $1::uuid
  ORDER BY purchased_at DESC, purchase_id DESC LIMIT 10`);
const actAs = statement('act_as', 'SELECT act_as($1::uuid, $2)');
const seeUser = statement('see_user', 'SELECT user_id, disabled_at FROM see_user($1, $2, $3, $4)');
const insert = statement('insert', `INSERT INTO products (product_id, name, price, rating, minimum_stock, image_url,
  description, sku, category) VALUES ($1::uuid, $2, $3::numeric, $4::numeric,
  coalesce($5::integer, (SELECT default_minimum_stock FROM settings)), $6, $7, $8, $9)`);
const bookOpeningStock = statement('book_opening_stock', "SELECT 1 FROM move_stock($1::uuid, 'opening', $2::integer)");
const lock = statement('lock', 'SELECT lock_product($1::uuid, $2::integer)');
const setStock = statement('set_stock', 'SELECT set_stock($1::uuid, $2::integer)');

const COLUMNS = {
  name: 'name', price: 'price', rating: 'rating', imageUrl: 'image_url', description: 'description', sku: 'sku',
  category: 'category', minimumStock: 'minimum_stock',
};

// One statement for each set of columns that was given.
function update(productId, change) {
  const given = Object.keys(COLUMNS).filter((field) => field in change);
  if (given.length === 0) return null;
  const sets = given.map((field, index) => `${COLUMNS[field]} = $${index + 2}`);
  return {
    name: `update_${given.join('_')}`.slice(0, 63),
    text: `UPDATE products SET ${sets.join(', ')} WHERE product_id = $1::uuid`,
    values: [productId, ...given.map((field) => change[field])],
  };
}

const pattern = (part) => `%${part.replaceAll(/[\\%_]/g, '\\$&')}%`;

export class Store {
  #pool;

  constructor(connectionString, connections) {
    this.#pool = new pg.Pool({ connectionString, max: connections });
  }

  async #rows(query) {
    return (await this.#pool.query(query)).rows;
  }

  async dashboard() {
    return Promise.all([popular(), sales(), purchases(), expenses(), categories()].map((query) => this.#rows(query)));
  }

  async list(part, limit) {
    return this.#rows(part ? search([limit, pattern(part)]) : list([limit]));
  }

  async productWithHistory(productId) {
    const [[product], sold, bought] = await Promise.all(
      [get, latestSales, latestPurchases].map((query) => this.#rows(query([productId]))),
    );
    return product && { product, sold, bought };
  }

  async userOf(principal) {
    const [user] = await this.#transaction(null, null, async (client) => (await client.query(
      seeUser([principal.subject, principal.username, principal.email, principal.role]),
    )).rows);
    return user;
  }

  async create(actor, requestId, input) {
    const productId = input.productId ?? randomUUID();
    return this.#transaction(actor, requestId, async (client) => {
      await client.query(insert([productId, input.name, input.price, input.rating ?? null, input.minimumStock ?? null,
        input.imageUrl || null, input.description || null, input.sku || null, input.category || null]));
      if (input.stockQuantity > 0) await client.query(bookOpeningStock([productId, input.stockQuantity]));
      return (await client.query(get([productId]))).rows[0];
    });
  }

  async change(actor, requestId, productId, version, input) {
    return this.#transaction(actor, requestId, async (client) => {
      await client.query(lock([productId, version]));
      const query = update(productId, input);
      if (query) await client.query(query);
      if ('stockQuantity' in input) await client.query(setStock([productId, input.stockQuantity]));
      return (await client.query(get([productId]))).rows[0];
    });
  }

  async #transaction(actor, requestId, work) {
    const client = await this.#pool.connect();
    let broken;
    try {
      await client.query('BEGIN');
      await client.query(actAs([actor, requestId]));
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure) => { broken = failure; });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async end() {
    await this.#pool.end();
  }
}
