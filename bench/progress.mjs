// What the bench says while it works: a line each, with the time since its start.
const started = Date.now();

export const elapsedSeconds = () => Math.round((Date.now() - started) / 1000);

export function say(text) {
  process.stdout.write(`[${String(elapsedSeconds()).padStart(4)}s] ${text}\n`);
}
