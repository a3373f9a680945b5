// The lines of a document that is being entered: one for each product. Every change gives new lines.
import type { CurrentStock, Product } from '@/api';
import { LARGEST_QUANTITY } from '../product/quantities';

export interface DraftLine {
  product: Product;
  /** Undefined while the field is empty. */
  quantity: number | undefined;
  /** Price or cost of one piece; NaN while what is typed is no number. */
  unit: number | undefined;
}

/** What the API takes in one document. */
export const MOST_LINES = 200;
const LARGEST_AMOUNT = 9_999_999_999;

const isOf = (productId: string) => (line: DraftLine) => line.product.productId === productId;

/** One more of it; of a product that is not in it yet, a line. */
export function withOneMore(lines: DraftLine[], product: Product, unit: number | undefined, quantity = 1): DraftLine[] {
  if (!lines.some(isOf(product.productId))) return [...lines, { product, quantity, unit }];
  return lines.map((line) => (isOf(product.productId)(line) ? { ...line, product, quantity: (line.quantity ?? 0) + quantity } : line));
}

export const withChange = (lines: DraftLine[], productId: string, change: Partial<Omit<DraftLine, 'product'>>) =>
  lines.map((line) => (isOf(productId)(line) ? { ...line, ...change } : line));

export const without = (lines: DraftLine[], productId: string) => lines.filter((line) => !isOf(productId)(line));

/** What is left when those were booked: of what was scanned while they were sent, the next document is made. */
export const withoutBooked = (lines: DraftLine[], booked: DraftLine[]) => lines.flatMap((line) => {
  const quantity = (line.quantity ?? 0) - (booked.find(isOf(line.product.productId))?.quantity ?? 0);
  return quantity > 0 ? [{ ...line, quantity }] : [];
});

/** With the stock that the API says there is now. */
export const withStock = (lines: DraftLine[], stock: CurrentStock[]) => lines.map((line) => {
  const now = stock.find((each) => each.productId === line.product.productId);
  return now ? { ...line, product: { ...line.product, stockQuantity: now.stockQuantity } } : line;
});

/** No more than there is: a line of which there is nothing goes. */
export const withinStock = (lines: DraftLine[]) => lines.flatMap((line) => {
  const { stockQuantity } = line.product;
  if ((line.quantity ?? 0) <= stockQuantity) return [line];
  return stockQuantity > 0 ? [{ ...line, quantity: stockQuantity }] : [];
});

export const exceedsStock = ({ quantity = 0, product }: DraftLine) => quantity > product.stockQuantity;

export const isQuantity = (quantity: number | undefined): quantity is number =>
  quantity !== undefined && Number.isInteger(quantity) && quantity >= 1 && quantity <= LARGEST_QUANTITY;

export function isUnit(unit: number | undefined, decimals: number): unit is number {
  if (unit === undefined || unit < 0 || unit > LARGEST_AMOUNT) return false;
  return Number(unit.toFixed(decimals)) === unit;
}

/** Of a line as the API computes it: the cent is rounded. In ten-thousandths, which are whole. */
const centsOf = ({ quantity = 0, unit }: DraftLine) => Math.round((quantity * Math.round((unit || 0) * 10_000)) / 100);

export const amountOf = (line: DraftLine) => centsOf(line) / 100;
export const totalOf = (lines: DraftLine[]) => lines.reduce((sum, line) => sum + centsOf(line), 0) / 100;
