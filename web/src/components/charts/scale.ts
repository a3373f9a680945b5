// Where a value lies in a drawing.

const ROUND = [1, 2, 2.5, 5, 10];

/** Round figures from zero to the first one at or above the largest value: at most five steps. Pieces are not halved. */
export function roundTicks(values: number[]): number[] {
  const largest = Math.max(0, ...values);
  if (largest === 0) return [0];
  const power = 10 ** Math.floor(Math.log10(largest / 5));
  const round = power * ROUND.find((each) => each * power * 5 >= largest * (1 - 1e-9))!;
  const step = values.every(Number.isInteger) ? Math.max(1, round) : round;
  const steps = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** Of so many labels, those that are written where there is room for so many: at equal distances, the last among them. */
export function writtenLabels(count: number, most: number): Set<number> {
  const stride = Math.ceil(count / most);
  return new Set(Array.from({ length: Math.ceil(count / Math.max(1, stride)) }, (_, i) => count - 1 - i * stride));
}

/** Moves what lies closer together than `room` apart, within 0 and `height`; the order stays. */
export function keepApart(places: number[], room: number, height: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const moved = [...places];
  let least = 0;
  for (const i of order) {
    moved[i] = Math.max(moved[i]!, least);
    least = moved[i]! + room;
  }
  let most = height;
  for (const i of order.reverse()) {
    moved[i] = Math.min(moved[i]!, most);
    most = moved[i]! - room;
  }
  return moved;
}
