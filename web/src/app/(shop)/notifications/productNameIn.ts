import type { Notification } from '@/api';

/**
 * The product that a stock alert tells of, undefined for any other. The API gives no id, but writes the title: "Low stock: NAME",
 * cut off at 200 characters; a name that is cut still finds its product.
 */
export function productNameIn({ type, title }: Notification): string | undefined {
  if (type !== 'stock_alert') return undefined;
  return /^(?:Low stock|Out of stock): (.+)$/.exec(title)?.[1];
}
