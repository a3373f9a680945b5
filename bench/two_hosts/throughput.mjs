// What one host carries and what two, at the same number of clients, and what a pooler costs: in rounds, one beside the other.

import { Load } from '../load.mjs';
import { say } from '../progress.mjs';
import { median, rotated } from '../statistics.mjs';

const CLIENTS = 32;

const kind = (name, weight, status, requests) => [`kind ${name} ${weight} ${status}`, ...requests.map((request) => `request ${request}`)];

/** Each host's connections and its share of the requests are looked at with it. */
export class Throughput {
  constructor(run, { build, folder, tokens, seconds, rounds }) {
    Object.assign(this, { run, seconds, rounds });
    this.load = new Load({ buildDirectory: build, directory: folder, tokens });
    const ids = run.primary.rows('select product_id as id from products where archived_at is null limit 200').map(({ id }) => id);
    this.mixes = {
      reads: [...kind('dashboard', 3, 200, ['GET /dashboard']), ...kind('product', 4, 200, ids.map((id) => `GET /products/${id}`)),
        ...kind('search', 2, 200, ['lamp', 'desk', 'chair', 'oak', 'steel'].map((term) => `GET /products?search=${term}&limit=50`))],
      sales: kind('sale', 1, 201, run.shelf.map((id) => `POST /sales {"lines":[{"productId":"${id}","quantity":1}]}`)),
    };
  }

  #system() {
    const { balancer, applications, primary, standby, authority } = this.run;
    return {
      caFile: authority.file,
      address: balancer.address,
      port: 443,
      applicationPids: applications.flatMap((one) => one.applicationPids),
      nginxPids: applications.flatMap((one) => one.nginxPids),
      stack: { postgresPids: [primary.pid, standby.pid] },
    };
  }

  async #measure(mix, serving) {
    const { balancer, applications, primary } = this.run;
    for (const { name } of applications) await (serving.includes(name) ? balancer.register(name) : balancer.hold(name));
    const before = await balancer.states();
    const result = await this.load.run(this.#system(), this.mixes[mix], { clients: CLIENTS, seconds: this.seconds, warmUp: 0.5 });
    const share = (await balancer.states()).map(({ name, requests }) => [name, requests - before.find((one) => one.name === name).requests]);
    if (result.errors > 0) throw new Error(`${mix}: ${result.errors} errors: ${result.firstFailure}`);
    const kinds = Object.values(result.kinds);
    const weighted = (field) => kinds.reduce((sum, one) => sum + one[field] * one.completed, 0) / result.completed;
    return {
      perSecond: result.perSecond, p50: weighted('p50'), p99: Math.max(...kinds.map(({ p99 }) => p99)), cpu: result.cpu,
      share: Object.fromEntries(share), connections: primary.connections(),
    };
  }

  /** `cases`: { label: [hosts that serve] }. Gives { label: { mix: medians, and of each round all } }. */
  async compare(cases, mixes = Object.keys(this.mixes)) {
    const labels = Object.keys(cases);
    const all = labels.flatMap((label) => mixes.map((mix) => ({ label, mix, rounds: [] })));
    for (let round = 0; round < this.rounds; round += 1) {
      for (const mix of mixes) {
        for (const label of rotated(labels, round)) {
          const measured = await this.#measure(mix, cases[label]);
          say(`${label}, ${mix}: ${Math.round(measured.perSecond)} requests a second, p99 ${measured.p99.toFixed(1)} ms`);
          all.find((one) => one.label === label && one.mix === mix).rounds.push(measured);
        }
      }
    }
    for (const { name } of this.run.applications) await this.run.balancer.register(name);
    return all.map(({ label, mix, rounds }) => ({ label, mix, clients: CLIENTS, ...summaryOf(rounds), rounds }));
  }
}

const summaryOf = (rounds) => ({
  ...Object.fromEntries(['perSecond', 'p50', 'p99'].map((field) => [field, median(rounds.map((one) => one[field]))])),
  cpu: Object.fromEntries(['application', 'nginx', 'postgres'].map((part) => [part, median(rounds.map(({ cpu }) => cpu[part]))])),
  share: rounds[0].share,
  connections: rounds.at(-1).connections,
});

/** The median of the ratios within a round, since a machine's speed drifts more between rounds than what is compared differs. */
export const ratioOf = (above, below, field) => median(above.rounds.map((one, round) => one[field] / below.rounds[round][field]));

