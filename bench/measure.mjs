// One point is an endpoint, a number of clients and a size of data. In each round all systems are measured one after the
// other, beginning with another one each time; ratios are made within a round, since machines drift between rounds.
import { setTimeout as sleep } from 'node:timers/promises';

import { say } from './progress.mjs';
import { ENDPOINTS, MIXED, warmUpPlan } from './requests.mjs';
import { median, most, rotated } from './statistics.mjs';
import { OURS } from './systems.mjs';

const PAUSE_MS = 200;
export const PGBENCH = 'pgbench';

function summary(runs) {
  const of = (pick) => median(runs.map(pick));
  return {
    perSecond: of((run) => run.perSecond),
    p50: of((run) => run.p50),
    p99: of((run) => run.p99),
    max: most(runs.map((run) => run.max)),
    errors: runs.reduce((sum, run) => sum + (run.errors ?? 0), 0),
    starved: runs.reduce((sum, run) => sum + (run.starved ?? 0), 0),
    cpu: {
      application: of((run) => run.cpu?.application),
      nginx: of((run) => run.cpu?.nginx),
      postgres: of((run) => run.cpu?.postgres),
      generator: of((run) => run.cpu?.generator),
    },
    foreignCpu: of((run) => run.foreignCpu),
    failure: runs.find((run) => run.failure)?.failure ?? null,
  };
}

// How many times as fast as each of the others ours is.
function ratios(rounds) {
  const names = Object.keys(rounds[0]).filter((name) => name !== OURS);
  return Object.fromEntries(names.map((name) => [name, median(rounds
    .filter((round) => round[OURS] && round[name]?.perSecond > 0)
    .map((round) => round[OURS].perSecond / round[name].perSecond))]));
}

export class Measurement {
  constructor({ systems, shop, load, pgbench, options }) {
    Object.assign(this, { systems, shop, load, pgbench, options });
    this.pointCount = 0;
  }

  async warmUp() {
    for (const system of this.systems.filter(({ name }) => name !== 'nginx-return')) {
      say(`warming up ${system.name}`);
      const { errors, firstFailure } = await this.load.run(system, warmUpPlan(this.shop), {
        clients: 16, seconds: this.options.quick ? 3 : 10,
      });
      if (errors > 0) throw new Error(`${system.name} fails: ${firstFailure}`);
      this.shop.tidy();
    }
  }

  #contenders(name) {
    const { oursOnly } = ENDPOINTS[name];
    const contenders = this.systems.filter((system) => (system.name === 'nginx-return'
      ? name === 'dashboard' : system.name === OURS || !oursOnly));
    return this.pgbench?.scripts(name).length > 0 ? [...contenders, { name: PGBENCH }] : contenders;
  }

  async #run(contender, name, clients) {
    const { seconds, warmUp } = this.options;
    const endpoint = ENDPOINTS[name];
    await sleep(PAUSE_MS);
    if (endpoint.sells) this.shop.fillShelf();
    try {
      if (contender.name === PGBENCH) return await this.pgbench.run(name, { seconds });
      const { token, tokens } = endpoint;
      // nginx's bare answer knows no tokens and no endpoints.
      const run = await this.load.run(contender, endpoint.of(this.shop), { clients, seconds, warmUp, token, tokens });
      const [{ p50, p99, max }] = Object.values(run.kinds);
      return {
        perSecond: run.perSecond,
        p50,
        p99,
        max,
        errors: run.errors,
        starved: run.starved,
        cpu: run.cpu,
        foreignCpu: run.foreignCpu,
        failure: run.firstFailure,
      };
    } catch (error) {
      if (this.options.aborted()) throw error;
      say(`${contender.name} failed: ${error.message}`);
      return { perSecond: 0, errors: 1, failure: error.message };
    } finally {
      if (endpoint.writes) this.shop.tidy();
    }
  }

  async point(name, clients) {
    const contenders = this.#contenders(name);
    const rounds = [];
    for (let round = 0; round < this.options.rounds; round += 1) {
      const results = {};
      for (const contender of rotated(contenders, (round + this.pointCount) % contenders.length)) {
        results[contender.name] = await this.#run(contender, name, clients);
      }
      rounds.push(results);
    }
    this.pointCount += 1;
    const point = {
      endpoint: name,
      label: ENDPOINTS[name].label,
      clients,
      data: this.shop.stack.data,
      systems: Object.fromEntries(contenders.map((contender) => (
        [contender.name, summary(rounds.map((round) => round[contender.name]))]))),
      ratios: ratios(rounds),
      rounds,
    };
    const ours = point.systems[OURS];
    say(`${point.label} · ${clients} clients · ${point.data}: `
      + `${ours ? `${Math.round(ours.perSecond)}/s, p99 ${ours.p99?.toFixed(1)} ms` : 'without ours'}`);
    return point;
  }

  // The latency of the fast reads, alone and beside writes and slow requests: once with all the clients asking as
  // fast as they can, once at half the rate that the system has then reached.
  async #mixedOnce(system, slowIds, clients) {
    const options = { clients, seconds: this.options.mixedSeconds, warmUp: this.options.warmUp };
    const alone = MIXED.reads(this.shop);
    const all = MIXED.all(this.shop, slowIds);
    const fullAlone = await this.load.run(system, alone, options);
    const fullMixed = await this.load.run(system, all, options);
    const rate = Math.max(20, Math.round(fullMixed.perSecond / 2));
    const halfAlone = await this.load.run(system, alone, { ...options, clients: 4 * clients, rate: Math.round(rate * 0.94) });
    const halfMixed = await this.load.run(system, all, { ...options, clients: 4 * clients, rate });
    return { full: this.#fastReads(fullAlone, fullMixed), half: { rate, ...this.#fastReads(halfAlone, halfMixed) } };
  }

  #fastReads(alone, mixed) {
    const worst = (run, field) => most(Object.entries(run.kinds).filter(([name]) => MIXED.isRead(name)).map(([, kind]) => kind[field]));
    return {
      perSecond: mixed.perSecond,
      p99Alone: worst(alone, 'p99'),
      p99Mixed: worst(mixed, 'p99'),
      maxMixed: worst(mixed, 'max'),
      slowP99: mixed.kinds.slow.p99,
      errors: alone.errors + mixed.errors,
      starved: alone.starved + mixed.starved,
      ratio: worst(mixed, 'p99') / worst(alone, 'p99'),
      failure: alone.firstFailure ?? mixed.firstFailure,
    };
  }

  async mixed(clients) {
    const slowIds = this.shop.openSlowShelf();
    const systems = this.systems.filter(({ name }) => name !== 'nginx-return');
    const rounds = [];
    try {
      for (let round = 0; round < this.options.rounds; round += 1) {
        const results = {};
        for (const system of rotated(systems, round % systems.length)) {
          await sleep(PAUSE_MS);
          results[system.name] = await this.#mixedOnce(system, slowIds, clients);
          say(`mixed load, round ${round + 1}: ${system.name}`);
        }
        rounds.push(results);
      }
    } finally {
      this.shop.closeSlowShelf();
    }
    const merged = (name, loop) => {
      const runs = rounds.map((round) => round[name][loop]);
      const of = (field) => median(runs.map((run) => run[field]));
      return {
        rate: of('rate'),
        perSecond: of('perSecond'),
        p99Alone: of('p99Alone'),
        p99Mixed: of('p99Mixed'),
        maxMixed: most(runs.map((run) => run.maxMixed)),
        slowP99: of('slowP99'),
        ratio: of('ratio'),
        errors: runs.reduce((sum, run) => sum + run.errors, 0),
        starved: runs.reduce((sum, run) => sum + run.starved, 0),
        failure: runs.find((run) => run.failure)?.failure ?? null,
      };
    };
    return {
      clients,
      systems: Object.fromEntries(systems.map(({ name }) => (
        [name, { full: merged(name, 'full'), half: merged(name, 'half') }]))),
      rounds,
    };
  }
}
