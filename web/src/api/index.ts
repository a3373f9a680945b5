// The API for pages: what is generated of its description, with what a change makes old, and lists page by page.
import { bulkEndpoints } from './bulk';
import { exportEndpoints } from './export';
import { generatedApi } from './generated';
import { showAtOnce } from './optimistic';
import { pagedEndpoints } from './pages';
import { tagEndpoints } from './tags';

export * from './generated';
export type { Page } from './pages';

tagEndpoints(generatedApi);
export const api = generatedApi
  .injectEndpoints({ endpoints: pagedEndpoints }).injectEndpoints({ endpoints: exportEndpoints }).injectEndpoints({ endpoints: bulkEndpoints });
showAtOnce(api);

export const {
  useProductPagesInfiniteQuery, useSalePagesInfiniteQuery, usePurchasePagesInfiniteQuery, useExpensePagesInfiniteQuery,
  useMovementPagesInfiniteQuery, useNotificationPagesInfiniteQuery, useAuditPagesInfiniteQuery, useUserPagesInfiniteQuery,
  useExportListMutation, useMoveStockOfOneMutation,
} = api;
