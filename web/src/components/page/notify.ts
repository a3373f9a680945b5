// A word at the bottom of the screen. What shows it is loaded when there is a first one: <Toaster> waits for that.
type Notice = Parameters<(typeof import('@mantine/notifications'))['notifications']['show']>[0];

const loaders = new Set<() => unknown>();

/** Calls it when a first word is to be shown; gives what ends that. */
export function onNotice(load: () => unknown) {
  loaders.add(load);
  return () => { loaders.delete(load); };
}

function show(notice: Notice) {
  for (const load of loaders) load();
  // A fault of the network: what was done is done, and the page says that there is none.
  import('@mantine/notifications').then(({ notifications }) => notifications.show({ withBorder: true, ...notice }), () => {});
}

/** That something was done; it goes by itself. */
export const notifyDone = (message: string) => show({ message, color: 'green', autoClose: 5000 });

/** That something was not done after all: of what was shown as done before the API had said so. It stays until it is read. */
export const notifyFailed = (message: string) => show({ message, color: 'red', autoClose: false, role: 'alert' });
