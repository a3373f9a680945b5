// What requests must look like (ajv) and how answers are written (fast-json-stringify).
const PRODUCT_MAX_QUANTITY = 2147483647;

const nullableText = (maxLength) => ({ type: ['string', 'null'], maxLength });

const fields = {
  name: { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S' },
  price: { type: 'number', minimum: 0, maximum: 999999999999.99, multipleOf: 0.01 },
  rating: { type: ['number', 'null'], minimum: 0, maximum: 5, multipleOf: 0.01 },
  stockQuantity: { type: 'integer', minimum: 0, maximum: PRODUCT_MAX_QUANTITY },
  minimumStock: { type: 'integer', minimum: 0, maximum: PRODUCT_MAX_QUANTITY },
  imageUrl: { ...nullableText(2048), pattern: '^(https?://|/)[^\\s"<>\\\\^`{|}]*$' },
  description: nullableText(4000),
  sku: nullableText(64),
  category: nullableText(100),
};

export const newProduct = {
  type: 'object',
  required: ['name', 'price'],
  additionalProperties: false,
  properties: { productId: { type: 'string', format: 'uuid' }, ...fields },
};

export const productChange = { type: 'object', additionalProperties: false, properties: fields };

export const productParameters = {
  type: 'object', properties: { productId: { type: 'string', format: 'uuid' } },
};

export const listQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    search: { type: 'string', maxLength: 200 },
    limit: { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$' },
  },
};

export const noQuery = { type: 'object', additionalProperties: false };

const text = { type: 'string' };
const textOrNull = { type: 'string', nullable: true };
const number = { type: 'number' };
const numberOrNull = { type: 'number', nullable: true };
const instant = { type: 'string', format: 'date-time' };

const productProperties = {
  productId: text,
  name: text,
  price: number,
  rating: numberOrNull,
  stockQuantity: number,
  imageUrl: textOrNull,
  description: textOrNull,
  sku: textOrNull,
  category: textOrNull,
  minimumStock: number,
  version: number,
  updatedAt: instant,
  unitsSold: number,
};

const object = (properties) => ({ type: 'object', properties });
const list = (properties) => ({ type: 'array', items: object(properties) });

export const product = object(productProperties);

export const products = list(productProperties);

export const productWithHistory = object({
  ...productProperties,
  Sales: list({
    saleId: text, productId: text, timestamp: instant, quantity: number, unitPrice: number, totalAmount: number,
  }),
  Purchases: list({
    purchaseId: text, productId: text, timestamp: instant, quantity: number, unitCost: number, totalCost: number,
  }),
});

export const dashboard = object({
  popularProducts: products,
  salesSummary: list({
    salesSummaryId: text, totalValue: number, changePercentage: numberOrNull, date: text, updatedAt: instant,
  }),
  purchaseSummary: list({
    purchaseSummaryId: text, totalPurchased: number, changePercentage: numberOrNull, date: text, updatedAt: instant,
  }),
  expenseSummary: list({ expenseSummaryId: text, totalExpenses: number, date: text, updatedAt: instant }),
  expenseByCategorySummary: list({
    expenseByCategoryId: text, expenseSummaryId: text, category: text, amount: text, date: text, updatedAt: instant,
  }),
});
