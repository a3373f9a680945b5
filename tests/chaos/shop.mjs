// The shop as the clients know it: what was acknowledged, and what must therefore be in the database, once, and
// nothing else. Sums do not depend on the order in which concurrent requests were carried out.

/** The stock wanders around the minimum, so that it is fallen through often. */
const OPENING = 420;
const MINIMUM = 400;

export class Shop {
  products = []; // shared by all clients: { productId, stock, sold }

  documents = { sales: new Map(), purchases: new Map() }; // by id: as it was acknowledged

  movements = new Map(); // by id: { movementId, productId, quantity, saleLine }, of which any may be undone once

  undone = new Set();

  expenses = new Map(); // by id: { amount, date, category } or null for a void one

  /** Makes `count` products through the API. */
  async open(client, count) {
    for (let number = 1; number <= count; number += 1) {
      const answer = await client.post('/products', { name: `Chaos ${number}`, price: 9.99, stockQuantity: OPENING, minimumStock: MINIMUM });
      if (answer.status !== 201) throw new Error(answer.text);
      this.products.push({ productId: answer.json.productId, stock: OPENING, sold: 0 });
    }
  }

  #product(productId) { return this.products.find((product) => product.productId === productId); }

  #moved({ productId }, movementId, quantity, sold) {
    const product = this.#product(productId);
    product.stock += quantity;
    product.sold += sold;
    this.movements.set(movementId, { movementId, productId, quantity, sold });
  }

  acknowledgeSale(sale) {
    if (this.documents.sales.has(sale.saleId)) throw new Error(`the sale ${sale.saleId} was acknowledged twice`);
    this.documents.sales.set(sale.saleId, sale);
    for (const line of sale.lines) this.#moved(line, line.movementId, -line.quantity, line.quantity);
  }

  acknowledgePurchase(purchase) {
    if (this.documents.purchases.has(purchase.purchaseId)) throw new Error(`the purchase ${purchase.purchaseId} was acknowledged twice`);
    this.documents.purchases.set(purchase.purchaseId, purchase);
    for (const line of purchase.lines) this.#moved(line, line.movementId, line.quantity, 0);
  }

  acknowledgeMovement(movement) { this.#moved(movement, movement.movementId, movement.quantity, 0); }

  acknowledgeReversal({ reversalOf, movementId, quantity, productId }) {
    if (this.undone.has(reversalOf)) throw new Error(`the movement ${reversalOf} was undone twice`);
    this.undone.add(reversalOf);
    const origin = this.movements.get(reversalOf);
    const product = this.#product(productId);
    product.stock += quantity;
    product.sold -= origin.sold;
    this.movements.set(movementId, { movementId, productId, quantity, isReversal: true });
  }

  acknowledgeExpense(expense) { this.expenses.set(expense.expenseId, expense); }

  voidExpense(expenseId) { this.expenses.set(expenseId, null); }
}
