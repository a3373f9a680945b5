// Where one is in a stock-take, as the address keeps it: ?category=Kitchen&product=ID.

/** In the place of a product: the shelf has been walked to its end. */
export const END = 'end';

export function placeOf(params: URLSearchParams) {
  return { category: params.get('category') ?? undefined, product: params.get('product') ?? undefined };
}

/** The products of a shelf, in the order one walks them. */
export const shelfOf = (category: string) => ({ category, sort: 'name' as const, limit: 100 });
