// Runs once when the server starts, under `next start` and on Amplify alike.

export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { readConfiguration } = await import('./server/configuration');
  const { prepareRequests } = await import('./server/requests');
  prepareRequests(readConfiguration());
}
