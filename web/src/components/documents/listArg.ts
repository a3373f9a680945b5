import { isProductId } from '../product/productId';
import type { Range } from '../range/range';

const PAGE = 50;

/** What a page asks the API's list of sales or purchases; a product that cannot be one is not asked for. */
export const listArg = ({ from, to }: Range, productId: string | undefined) =>
  ({ from, to, productId: isProductId(productId) ? productId : undefined, limit: PAGE });
