// Browsers that have signed in already, kept from one test of a file to the next: what one has loaded it need not load again, which is
// most of what a test would take. What a test may have left behind is taken out; one that it was handed is never kept.
const idle = new Map();

/** One that was put back under that name, { context, cookies }, or undefined. Whoever takes it puts it back or closes it. */
export const take = (name) => idle.get(name)?.pop();

/** Puts one back, with the page of the dashboard at `address` that a test was on; `cookies` are those from right after the sign-in. */
export async function putBack(name, { context, cookies }, page, address) {
  // Signed out, its session is over at the provider too.
  const signedIn = (await context.cookies(address)).some((cookie) => cookie.name === '__Host-stockpilot-refresh');
  if (!signedIn || page.isClosed()) return context.close();
  const session = await context.newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: address, storageTypes: 'local_storage' });
  await Promise.all(context.pages().map((each) => each.close()));
  await context.clearPermissions();
  await context.clearCookies();
  await context.addCookies(cookies);
  idle.set(name, [...idle.get(name) ?? [], { context, cookies }]);
}
