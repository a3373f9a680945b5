// What a cached answer is about, and what a change makes old.

export const TAGS = ['Dashboard', 'Products', 'Movements', 'Sales', 'Purchases', 'Expenses', 'Reports', 'Notifications', 'Users', 'Account', 'Settings', 'Audit'] as const;
export type Tag = (typeof TAGS)[number];

/** What a change of stock makes old, besides its own list. */
export const STOCK: Tag[] = ['Products', 'Movements', 'Dashboard', 'Reports', 'Notifications', 'Audit'];

/** Lists of products. An archived product is in none, and nobody may ask for it again: its own page was left. */
export const PRODUCT_LISTS = { type: 'Products', id: 'lists' } as const;
export type Mark = Tag | typeof PRODUCT_LISTS;

interface Refusal { status?: number | string }

/** Of a refusal that is all there is to it. A lost answer may hide a change, and a conflict or a 404 tells of somebody else's. */
const changedNothing = (error: Refusal | undefined) => typeof error?.status === 'number' && error.status < 500 && ![404, 409, 412].includes(error.status);

interface TaggableApi { enhanceEndpoints(partial: { endpoints: Record<string, object> }): unknown }

/** Of the endpoints that the description gives. */
export function tagEndpoints(api: TaggableApi) {
  const of = (...tags: Mark[]) => ({ providesTags: tags });
  const old = (...tags: Mark[]) => ({ invalidatesTags: (_result: unknown, error: Refusal | undefined) => (changedNothing(error) ? [] : tags) });
  api.enhanceEndpoints({
    endpoints: {
      getDashboard: of('Dashboard'),
      listProducts: of(PRODUCT_LISTS), getProduct: of('Products'),
      createProduct: old('Products', 'Dashboard', 'Reports', 'Audit'), updateProduct: old(...STOCK), archiveProduct: old(PRODUCT_LISTS, 'Dashboard', 'Reports', 'Notifications', 'Audit'),
      replaceProductImage: old('Products', 'Dashboard', 'Audit'), confirmImageUpload: old('Products', 'Dashboard', 'Audit'),
      importProducts: { invalidatesTags: (_result: unknown, error: Refusal | undefined, { dryRun }: { dryRun?: boolean }) => (dryRun || changedNothing(error) ? [] : STOCK) },
      listMovements: of('Movements'),
      moveStock: old(...STOCK), countStock: old(...STOCK), reverseMovement: old(...STOCK, 'Sales', 'Purchases'),
      listSales: of('Sales'), getSale: of('Sales'), createSale: old(...STOCK, 'Sales'),
      listPurchases: of('Purchases'), getPurchase: of('Purchases'), createPurchase: old(...STOCK, 'Purchases'),
      listExpenses: of('Expenses'), listExpenseEntries: of('Expenses'), getExpense: of('Expenses'), summariseExpenses: of('Expenses'),
      createExpense: old('Expenses', 'Dashboard', 'Reports', 'Audit'), updateExpense: old('Expenses', 'Dashboard', 'Reports', 'Audit'), voidExpense: old('Expenses', 'Dashboard', 'Reports', 'Audit'),
      reportSales: of('Reports'), reportPurchases: of('Reports'), reportExpenses: of('Reports'), reportStockValue: of('Reports'),
      listNotifications: of('Notifications'), countUnreadNotifications: of('Notifications'),
      createNotification: old('Notifications'), markAllNotificationsRead: old('Notifications'), deleteReadNotifications: old('Notifications'),
      checkLowStock: old('Notifications'), deleteNotification: old('Notifications'), markNotificationRead: old('Notifications'),
      listUsers: of('Users'), getUser: of('Users'), inviteUser: old('Users', 'Audit'), changeUser: old('Users', 'Audit'),
      showOwnAccount: of('Account'), changeOwnAccount: old('Account', 'Users'),
      getSettings: of('Settings'), listAudit: of('Audit'),
    },
  });
}
