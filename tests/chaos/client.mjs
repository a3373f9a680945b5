// One client of the shop: random requests, one after the other, each settled before the next.

import { randomUUID } from 'node:crypto';
import { settle } from './settle.mjs';

const REASONS = ['damage', 'loss', 'found', 'sample'];
const CATEGORIES = ['Rent', 'Office', 'Shipping'];

export class Client {
  #own; // a product that nobody else touches: { productId, stock, version … } as it must be

  #expense; // one that only this client edits

  constructor({ stack, shop, random, tally, token }) {
    Object.assign(this, { stack, shop, random, tally, token });
  }

  #send(method, target, json, headers) {
    return settle(() => this.stack.request(method, target, { token: this.token, json, headers }), this.tally);
  }

  /** A POST with a key of its own, the same one each time it is sent. */
  post(target, json) { return this.#send('POST', target, json, { 'idempotency-key': randomUUID() }); }

  #acknowledged(answer, status = 201) {
    if (answer.status === status) {
      this.tally.acknowledged += 1;
      return true;
    }
    if (answer.status !== 409 && answer.status !== 412) throw new Error(`refused for no reason: ${answer.status} ${answer.text}`);
    this.tally.refused += 1;
    return false;
  }

  #lines(most, rest = {}) {
    const count = 1 + this.random.below(4);
    return Array.from({ length: count }, () => ({
      productId: this.random.pick(this.shop.products).productId, quantity: 1 + this.random.below(most), ...rest,
    }));
  }

  async #sell() {
    const answer = await this.post('/sales', { lines: this.#lines(12) });
    if (this.#acknowledged(answer)) this.shop.acknowledgeSale(answer.json);
  }

  async #buy() {
    const answer = await this.post('/purchases', { lines: this.#lines(40, { unitCost: 1.2345 }), supplier: 'Chaos & Co' });
    if (this.#acknowledged(answer)) this.shop.acknowledgePurchase(answer.json);
  }

  async #move() {
    const { productId } = this.random.pick(this.shop.products);
    const quantity = (1 + this.random.below(5)) * (this.random.chance(0.5) ? 1 : -1);
    const answer = await this.post(`/products/${productId}/movements`, { quantity, reason: this.random.pick(REASONS) });
    if (this.#acknowledged(answer)) this.shop.acknowledgeMovement(answer.json);
  }

  /** Looks at the shelf, and books what it saw: often somebody was faster, and then it is refused. */
  async #count() {
    const { productId } = this.random.pick(this.shop.products);
    const { json } = await this.#send('GET', `/products/${productId}`);
    const counted = Math.max(0, json.stockQuantity + this.random.below(5) - 2);
    const answer = await this.post(`/products/${productId}/count`, { countedQuantity: counted, expectedQuantity: json.stockQuantity });
    if (this.#acknowledged(answer, 200) && answer.json.movement) this.shop.acknowledgeMovement(answer.json.movement);
  }

  async #undo() {
    const candidates = [...this.shop.movements.values()].filter(({ isReversal }) => !isReversal);
    if (candidates.length === 0) return;
    const answer = await this.post(`/movements/${this.random.pick(candidates).movementId}/reverse`, {});
    if (this.#acknowledged(answer)) this.shop.acknowledgeReversal(answer.json);
  }

  async #spend() {
    if (this.#expense && this.random.chance(0.5)) {
      await this.#editExpense();
      return;
    }
    const answer = await this.post('/expenses', { category: this.random.pick(CATEGORIES), amount: (1 + this.random.below(9999)) / 100 });
    if (!this.#acknowledged(answer)) return;
    this.#expense = answer.json;
    this.shop.acknowledgeExpense(answer.json);
  }

  /** Without a key: whether an edit whose answer was lost was carried out is seen by its version. */
  async #editExpense() {
    const { expenseId, version } = this.#expense;
    const target = `/expenses/${expenseId}`;
    const headers = { 'if-match': `"${version}.0"` };
    const voiding = this.random.chance(0.2);
    const amount = (1 + this.random.below(9999)) / 100;
    const answer = await this.#send(voiding ? 'DELETE' : 'PATCH', target, voiding ? undefined : { amount }, headers);
    if (voiding && (answer.status === 200 || answer.status === 404)) {
      this.tally.acknowledged += 1;
      this.shop.voidExpense(expenseId);
      this.#expense = undefined;
      return;
    }
    // 412: the first time was carried out, and its answer lost.
    const { json } = answer.status === 412 ? await this.#send('GET', target) : answer;
    if (json.amount !== amount || json.version > version + 1) throw new Error(`the expense is ${JSON.stringify(json)}, not ${amount} after version ${version}`);
    this.tally.acknowledged += 1;
    this.#expense = json;
    this.shop.acknowledgeExpense(json);
  }

  /** Of a product of one's own the stock is known exactly, whatever happens: typed in, sold, counted. */
  async #tendOwn() {
    if (!this.#own) {
      // Without a key: after a lost answer the second try may find it there already, and then it is a 409.
      const productId = randomUUID();
      await this.post('/products', { productId, name: `Own ${productId}`, price: 1, stockQuantity: 50, minimumStock: 0 });
      this.#own = { productId, stock: 50 };
    }
    const target = `/products/${this.#own.productId}`;
    if (this.random.chance(0.5)) {
      const stockQuantity = this.random.below(100);
      await this.#send('PATCH', target, { stockQuantity });
      this.#own.stock = stockQuantity;
    } else if (this.#own.stock > 0) {
      const answer = await this.post('/sales', { lines: [{ productId: this.#own.productId, quantity: 1 }] });
      if (answer.status !== 201) throw new Error(`of ${this.#own.stock} pieces none could be sold: ${answer.text}`);
      this.shop.documents.sales.set(answer.json.saleId, answer.json);
      this.#own.stock -= 1;
    }
    const { json } = await this.#send('GET', target);
    if (json.stockQuantity !== this.#own.stock) throw new Error(`the stock is ${json.stockQuantity}, not ${this.#own.stock}`);
    this.tally.acknowledged += 1;
  }

  async run(isOver) {
    const kinds = [[40, this.#sell], [14, this.#buy], [10, this.#move], [10, this.#count], [8, this.#undo], [10, this.#spend], [8, this.#tendOwn]];
    while (!isOver()) {
      let drawn = this.random.below(100);
      const [, act] = kinds.find(([weight]) => (drawn -= weight) < 0);
      this.tally.operations += 1;
      await act.call(this);
    }
  }
}
