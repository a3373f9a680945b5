// Lists that go on: page by page, as the API's Link header says (RFC 8288).
import type { BaseQueryFn, EndpointBuilder, FetchArgs, FetchBaseQueryError, FetchBaseQueryMeta } from '@reduxjs/toolkit/query';
import { PRODUCT_LISTS, type Mark, type Tag } from './tags';
import type {
  AuditRecord, Expense, ListAuditApiArg, ListExpenseEntriesApiArg, ListMovementsApiArg, ListNotificationsApiArg, ListProductsApiArg,
  ListPurchasesApiArg, ListSalesApiArg, ListUsersApiArg, ManagedUser, Movement, Notification, Product, PurchaseDocument, SaleDocument,
} from './generated';

export interface Page<T> {
  items: T[];
  /** Of the page after it; undefined for the last. */
  next?: string;
}

export type Unpaged<T> = Omit<T, 'cursor' | 'If-None-Match'>;
export type Builder = EndpointBuilder<BaseQueryFn<string | FetchArgs, unknown, FetchBaseQueryError, object, FetchBaseQueryMeta>, Tag, 'api'>;

export function nextCursor(link: string | null | undefined): string | undefined {
  const target = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? '')?.[1];
  return target ? (new URL(target, 'http://api').searchParams.get('cursor') ?? undefined) : undefined;
}

export function pagedEndpoints(build: Builder) {
  const list = <Item, Arg extends object>(tag: Mark, url: (arg: Arg) => string, inPath: (keyof Arg)[] = []) => build.infiniteQuery<Page<Item>, Arg, string | undefined>({
    infiniteQueryOptions: { initialPageParam: undefined, getNextPageParam: (page) => page.next },
    query: ({ queryArg, pageParam }) => {
      const params: Record<string, unknown> = { ...queryArg, cursor: pageParam };
      for (const name of inPath) delete params[name as string];
      return { url: url(queryArg), params };
    },
    transformResponse: (items: Item[], meta) => ({ items, next: nextCursor(meta?.response?.headers.get('Link')) }),
    providesTags: [tag],
  });
  return {
    productPages: list<Product, Unpaged<ListProductsApiArg>>(PRODUCT_LISTS, () => '/products'),
    salePages: list<SaleDocument, Unpaged<ListSalesApiArg>>('Sales', () => '/sales'),
    purchasePages: list<PurchaseDocument, Unpaged<ListPurchasesApiArg>>('Purchases', () => '/purchases'),
    expensePages: list<Expense, Unpaged<ListExpenseEntriesApiArg>>('Expenses', () => '/expenses/entries'),
    movementPages: list<Movement, Unpaged<ListMovementsApiArg>>('Movements', ({ productId }) => `/products/${productId}/movements`, ['productId']),
    notificationPages: list<Notification, Unpaged<ListNotificationsApiArg>>('Notifications', () => '/notifications'),
    /** As administrators see them. */
    userPages: list<ManagedUser, Unpaged<ListUsersApiArg>>('Users', () => '/users'),
    auditPages: list<AuditRecord, Unpaged<ListAuditApiArg>>('Audit', () => '/audit'),
  };
}
