// What has happened lately, of several lists: for everyone, where the audit trail is for administrators.
import type { Expense, Notification, PurchaseDocument, SaleDocument } from '@/api';
import type { Format } from '@/format/format';
import type { Texts } from '@/texts';

export interface Event {
  id: string;
  kind: 'sale' | 'purchase' | 'expense' | 'alert';
  text: string;
  who: string;
  /** When it was entered. */
  at: string;
  sum?: string;
}

interface Lists { sales: SaleDocument[]; purchases: PurchaseDocument[]; expenses: Expense[]; alerts: Notification[] }

interface Line { productName: string; quantity: number; reversedBy: string | null }

/** The newest of all, newest first. */
export function eventsOf({ sales, purchases, expenses, alerts }: Lists, most: number, dashboard: Texts['dashboard'], format: Format): Event[] {
  const who = (user: { name: string } | null) => user?.name ?? dashboard.system;
  const told = (lines: Line[], first: (quantity: string, product: string) => string) => {
    const { quantity, productName } = lines[0]!;
    const undone = lines.filter((line) => line.reversedBy !== null).length;
    const more = lines.length > 1 ? ` ${dashboard.andMore(format.number(lines.length - 1))}` : '';
    const back = undone === 0 ? '' : ` (${undone === lines.length ? dashboard.taken : dashboard.partlyTaken})`;
    return first(format.number(quantity), productName) + more + back;
  };
  const all: Event[] = [
    ...sales.map((sale) => ({ id: sale.saleId, kind: 'sale' as const, text: told(sale.lines, dashboard.sold1), who: who(sale.user), at: sale.timestamp, sum: format.money(sale.totalAmount) })),
    ...purchases.map((purchase) => ({ id: purchase.purchaseId, kind: 'purchase' as const, text: told(purchase.lines, dashboard.bought1), who: purchase.supplier ?? who(purchase.user), at: purchase.timestamp, sum: format.money(purchase.totalCost) })),
    ...expenses.map((expense) => ({ id: expense.expenseId, kind: 'expense' as const, text: dashboard.spentOn(expense.category), who: who(expense.user), at: expense.createdAt, sum: format.money(expense.amount) })),
    ...alerts.map((alert) => ({ id: alert.notificationId, kind: 'alert' as const, text: alert.title, who: who(null), at: alert.createdAt })),
  ];
  return all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, most);
}
