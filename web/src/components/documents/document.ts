// Sales and purchases in the one form that is shown: documents of lines.
import type { PurchaseDocument, SaleDocument } from '@/api';

export interface BookedLine {
  id: string;
  productId: string;
  productName: string;
  quantity: number;
  /** Price or cost of one piece. */
  unit: number;
  total: number;
  movementId: string;
  reversed: boolean;
}

export interface BookedDocument {
  id: string;
  timestamp: string;
  /** Of a purchase. */
  supplier?: string | null;
  note: string | null;
  total: number;
  /** Undefined for the system itself. */
  by: string | undefined;
  lines: BookedLine[];
}

export const ofSale = ({ saleId, timestamp, note, totalAmount, user, lines }: SaleDocument): BookedDocument => ({
  id: saleId, timestamp, note, total: totalAmount, by: user?.name,
  lines: lines.map(({ saleLineId, unitPrice, totalAmount: total, reversedBy, ...line }) => ({ ...line, id: saleLineId, unit: unitPrice, total, reversed: reversedBy !== null })),
});

export const ofPurchase = ({ purchaseId, timestamp, supplier, note, totalCost, user, lines }: PurchaseDocument): BookedDocument => ({
  id: purchaseId, timestamp, supplier, note, total: totalCost, by: user?.name,
  lines: lines.map(({ purchaseLineId, unitCost, totalCost: total, reversedBy, ...line }) => ({ ...line, id: purchaseLineId, unit: unitCost, total, reversed: reversedBy !== null })),
});

export const piecesOf = ({ lines }: { lines: { quantity: number }[] }) => lines.reduce((sum, each) => sum + each.quantity, 0);

export type Reversal = 'none' | 'partly' | 'all';

export function reversalOf({ lines }: BookedDocument): Reversal {
  const count = lines.filter((each) => each.reversed).length;
  if (count === 0) return 'none';
  return count === lines.length ? 'all' : 'partly';
}
