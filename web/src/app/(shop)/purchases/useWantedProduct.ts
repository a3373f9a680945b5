'use client';
import { useEffect, useState } from 'react';
import { useLazyGetProductQuery, type Product } from '@/api';
import { withOneMore, type DraftLine } from '@/components/documents/draft';
import { isProductId } from '@/components/product/productId';

/** Puts the product that the address asks for into the purchase, once: as many as lead up to its minimum, at its last cost. */
export function useWantedProduct(wanted: string | undefined, change: (next: (lines: DraftLine[]) => DraftLine[]) => void) {
  const [ask] = useLazyGetProductQuery();
  const [suggested, setSuggested] = useState<Product>();
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    setMissing(false);
    if (!isProductId(wanted)) return undefined;
    let given = false; // the drawer was closed, or another product is asked for
    void ask({ productId: wanted }).then(({ data: product }) => {
      if (given) return;
      setMissing(!product);
      if (!product) return;
      setSuggested(product);
      const quantity = Math.max(1, product.minimumStock - product.stockQuantity);
      change((lines) => (lines.some((line) => line.product.productId === wanted) ? lines : withOneMore(lines, product, product.Purchases[0]?.unitCost, quantity)));
    });
    return () => { given = true; };
  }, [wanted, ask, change]);
  return { suggested, missing };
}
