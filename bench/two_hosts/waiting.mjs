// Waiting for what shows itself only to whoever asks.
import { setTimeout as pause } from 'node:timers/promises';

/** Asks again until `probe` gives something true, and gives that; throws after `deadline` milliseconds. */
export async function until(probe, { what, deadline = 30_000, every = 50 }) {
  const end = performance.now() + deadline;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() > end) throw new Error(`${what} did not come within ${deadline} ms`);
    await pause(every);
  }
}
