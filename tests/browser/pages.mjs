// Every page of the dashboard, for what is done with each: looked at by axe, weighed, measured, photographed.

/** `script` is the target of design for all scripts of the page, in kB (1000 bytes) compressed by gzip. */
export const PAGES = [
  { name: 'landing', path: '/', public: true, script: 140 },
  { name: 'dashboard', path: '/dashboard', script: 260 },
  { name: 'inventory', path: '/inventory', script: 280 },
  { name: 'products', path: '/products', script: 270 },
  { name: 'product', path: '/products/{productId}', script: 270 },
  { name: 'sales', path: '/sales', script: 270 },
  { name: 'purchases', path: '/purchases', script: 270 },
  { name: 'expenses', path: '/expenses', script: 270 },
  { name: 'count', path: '/count', script: 270 },
  { name: 'notifications', path: '/notifications', script: 270 },
  { name: 'users', path: '/users', script: 270 },
  { name: 'audit', path: '/audit', script: 270 },
  { name: 'settings', path: '/settings', script: 270 },
];

/** All style sheets of a page, likewise. */
export const STYLE_TARGET = 40;

/** The pages with the path of a product that the shop has: the one that sells best. */
export async function pagesOf(stack) {
  const [{ productId }] = (await stack.request('GET', '/products?sort=-unitsSold&limit=1', { user: 'viewer' })).json;
  return PAGES.map((page) => ({ ...page, path: page.path.replace('{productId}', productId) }));
}
