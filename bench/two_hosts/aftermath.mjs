// What clients noticed of an event: of the tries that were under way when it happened, or came in a time after it.

const seconds = (ms) => Math.round(ms) / 1000;
const isFailure = ({ outcome }) => outcome !== 'ok';

function countBy(list, key) {
  const counts = {};
  for (const one of list) counts[key(one)] = (counts[key(one)] ?? 0) + 1;
  return counts;
}

/** The longest time without a good answer of a kind, among moments in order. */
function longestGap(moments) {
  let longest = 0;
  for (let index = 1; index < moments.length; index += 1) longest = Math.max(longest, moments[index] - moments[index - 1]);
  return longest;
}

/** `from` and `to` on the clock of performance.now(); seconds count from `from`. */
export function aftermath({ tries, sales }, from, to) {
  const endOf = ({ at, took }) => at + took;
  const seen = tries.filter((one) => endOf(one) >= from && one.at <= to);
  const failed = seen.filter(isFailure);
  const goodSales = seen.filter((one) => one.kind === 'sale' && !isFailure(one)).map(endOf).sort((a, b) => a - b);
  const waited = sales.filter(({ at, settled }) => settled >= from && at <= to).map(({ at, settled }) => settled - at);
  return {
    requests: seen.length,
    failed: failed.length,
    outcomes: countBy(failed, ({ outcome }) => outcome),
    firstFailure: failed.length ? seconds(Math.max(0, Math.min(...failed.map(endOf)) - from)) : null,
    // When it was sent: what was sent later was all answered well.
    lastFailureSent: failed.length ? seconds(Math.max(0, Math.max(...failed.map(({ at }) => at)) - from)) : null,
    lastFailure: failed.length ? seconds(Math.max(...failed.map(endOf)) - from) : null,
    withoutSales: seconds(longestGap([from, ...goodSales, Math.max(to, goodSales.at(-1) ?? 0)])),
    longestSale: waited.length ? seconds(Math.max(...waited)) : null,
  };
}

/** How many good answers came from each host in a time: { name: count }. */
export const servedBy = ({ tries }, from, to) =>
  countBy(tries.filter((one) => !isFailure(one) && one.at >= from && one.at <= to && one.by), ({ by }) => by);
