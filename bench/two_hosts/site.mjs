// All hosts of the run, with the shop that is open on them.
import { randomBytes } from 'node:crypto';
import { Agent } from 'node:https';
import { join } from 'node:path';

import { signIn } from '../../standins/oidc/sign-in.mjs';
import { say } from '../progress.mjs';
import { writeTokens } from '../tokens.mjs';
import { Application } from './application.mjs';
import { Authority } from './authority.mjs';
import { Balancer } from './balancer.mjs';
import { STOCK } from './books.mjs';
import { exchange } from './clients.mjs';
import { Database } from './database.mjs';
import { Host, OUTSIDE, openSwitch, startOutside } from './host.mjs';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';
const POOL = `${REGION}_StockPilot`;
const CLIENT = 'stockpilot-dev';
const KEY = ['AKIADEVELOPMENTONLY0', 'development-only-opens-nothing-else'];
const TOPICS = ['stockpilot-stock-alerts', 'stockpilot-system-alerts'];
const MAIL = 'owner@stockpilot.test';
const SOLD_PRODUCTS = 16;
const SHELF_PRODUCTS = 32;

const password = () => randomBytes(18).toString('hex');

/** What stands for Cognito and SNS, where the hosts can reach it: { issuer, mailbox, sns }. */
async function startStandins(repository, folder) {
  const start = async (name, ...options) => {
    const program = startOutside(name, folder, [process.execPath, join(repository, `standins/${name}/server.mjs`), '--state', join(folder, name),
      '--listen', OUTSIDE, '--region', REGION, '--credential', KEY.join(':'), ...options]);
    await program.untilSaid('ready port=');
    return `http://${OUTSIDE}:${program.reported(/ready port=(\d+)/)}`;
  };
  const [oidc, sns] = await Promise.all([start('oidc', '--pool', POOL, '--client', CLIENT),
    start('sns', '--account', ACCOUNT, ...TOPICS.flatMap((topic) => ['--topic', topic, '--subscribe', `${topic}=${MAIL}`]))]);
  return { oidc, sns, issuer: `${oidc}/${POOL}`, mailbox: `${sns}/mailbox.json?to=${encodeURIComponent(MAIL)}` };
}

/** The options that both hosts have in common. */
const optionsOf = ({ oidc, sns, issuer }) => ['STOCKPILOT_ENVIRONMENT=development', `AWS_REGION=${REGION}`, `COGNITO_USER_POOL_ID=${POOL}`,
  `COGNITO_CLIENT_ID=${CLIENT}`, `COGNITO_ISSUER=${issuer}`, `COGNITO_JWKS_URL=${issuer}/.well-known/jwks.json`, `COGNITO_ENDPOINT=${oidc}`,
  `SNS_ENDPOINT=${sns}`, `SNS_STOCK_ALERTS_TOPIC_ARN=arn:aws:sns:${REGION}:${ACCOUNT}:${TOPICS[0]}`,
  `SNS_SYSTEM_ALERTS_TOPIC_ARN=arn:aws:sns:${REGION}:${ACCOUNT}:${TOPICS[1]}`];

async function openDatabases(folder, sources, passwords) {
  const hosts = await Promise.all([new Host('database1', folder).open(), new Host('database2', folder).open()]);
  const [primary, standby] = hosts.map((host) => new Database(host, passwords));
  await primary.initialise(sources);
  await standby.follow(primary);
  say('a primary and a standby in step with it are there');
  return { primary, standby };
}

/** Products made by the API itself: their ids. */
class Products {
  #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(target) { this.target = target; }

  create(count, fields) {
    return Promise.all(Array.from({ length: count }, async (_, number) => {
      const body = JSON.stringify({ name: `Crate ${password().slice(0, 8)} ${number}`, price: 9.95, minimumStock: 0, ...fields });
      const { status, text, error } = await exchange(this.#agent, this.target, { method: 'POST', path: '/products', key: password(), body });
      if (status !== 201) throw error ?? new Error(`a product was refused: ${status} ${text}`);
      return JSON.parse(text).productId;
    }));
  }
}

/** Starts all of it. Gives the run, which the measurements take and change: which database is the primary, who serves. */
export async function openSite({ repository, build, folder, workers, haste, demo }) {
  await openSwitch();
  const authority = new Authority(folder);
  const passwords = { owner: password(), app: password(), replicator: password() };
  const aws = await startStandins(repository, folder);
  const { primary, standby } = await openDatabases(folder, { repository, build, demo }, passwords);
  const balancer = new Balancer(await new Host('balancer', folder).open(), authority, haste);
  const site = {
    repository, build, workers, authority, balancer, ...aws,
    options: optionsOf(aws),
    awsEnvironment: { AWS_ACCESS_KEY_ID: KEY[0], AWS_SECRET_ACCESS_KEY: KEY[1], AWS_EC2_METADATA_DISABLED: 'true' },
    databaseUrl: `postgresql://stockpilot_app:${passwords.app}@${primary.host.address}:5432,${standby.host.address}:5432/stockpilot?target_session_attrs=read-write`,
  };
  const hosts = await Promise.all([new Host('host1', folder).open(), new Host('host2', folder).open()]);
  const applications = hosts.map((host) => new Application(host, site));
  await Promise.all(applications.map((application) => application.start()));
  await balancer.start(hosts);
  await Promise.all(hosts.map(({ name }) => balancer.untilUp(name)));
  say('two application hosts serve behind the balancer');
  const token = (await signIn({ issuer: site.issuer, user: 'staff', client: CLIENT })).access_token;
  const target = { host: balancer.address, ca: authority.text, token };
  const products = new Products(target);
  const sold = new Map((await products.create(SOLD_PRODUCTS, { stockQuantity: STOCK })).map((id) => [id, []]));
  const tokens = writeTokens({ description: { signingKeysFile: join(folder, 'oidc/keys.json'), issuer: site.issuer, clientId: CLIENT } }, folder,
    { clients: 64, many: 64, people: 32 });
  return {
    site, authority, passwords, haste, folder, primary, standby, balancer, applications, target, products, sold, tokens,
    shelf: await products.create(SHELF_PRODUCTS, { stockQuantity: STOCK }),
  };
}
