// Medians, of rounds.
export function median(numbers) {
  const sorted = numbers.filter((number) => typeof number === 'number' && Number.isFinite(number)).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const rotated = (list, by) => list.map((_, index) => list[(index + by) % list.length]);

// The worst of all rounds, for what must never happen even once.
export const most = (numbers) => numbers.reduce((top, number) => Math.max(top, number ?? 0), 0);
