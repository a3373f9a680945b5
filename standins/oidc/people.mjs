// Who may sign in: the people of the demo, whose subs are fixed since the demo data refers to them by
// them, and whoever was invited. Changes are kept in a file, so that a restart forgets nobody.
import { randomInt, randomUUID, scryptSync, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const DEMO_PASSWORD = 'StockPilot-demo-1';
const GROUPS = ['viewer', 'staff', 'admin'];

const demoPerson = (number, username, name, groups) => ({
  sub: `a0000000-0000-4000-8000-00000000000${number}`,
  username,
  name,
  email: `${username}@stockpilot.test`,
  groups,
  enabled: true,
});

const DEMO = [
  demoPerson(1, 'admin', 'Ada Admin', ['admin']),
  demoPerson(2, 'staff', 'Stan Staff', ['staff']),
  demoPerson(3, 'viewer', 'Vera Viewer', ['viewer']),
  demoPerson(4, 'nogroup', 'Noah Nogroup', []),
];

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const temporaryPassword = () => `${Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}-1aA`;

const digest = (password, salt) => scryptSync(String(password), salt, 32);

/** What the pool refuses, by the name that Cognito has for it. */
export class PoolError extends Error {
  constructor(code, message, status = 400) {
    super(message);
    Object.assign(this, { code, status });
  }
}

export class People {
  #file;

  #people;

  constructor(directory) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#file = join(directory, 'people.json');
    try {
      this.#people = JSON.parse(readFileSync(this.#file, 'utf8')).people;
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      this.#people = structuredClone(DEMO);
    }
  }

  /** Nobody who is disabled. */
  findBySub(sub) { return this.#people.find((one) => one.sub === sub && one.enabled); }

  /** As in Cognito, one signs in with the user name or the e-mail address; not when one is disabled, or has not confirmed the address. */
  authenticate(login, password) {
    const person = this.#find(String(login ?? '').trim());
    return person?.enabled && !person.unconfirmed && this.#hasPassword(person, String(password ?? '')) ? person : undefined;
  }

  /** By user name, address or sub, as Cognito's administrators may. */
  get(username) {
    return this.#find(username) ?? this.#people.find((one) => one.sub === username) ?? fail('UserNotFoundException', 'User does not exist.');
  }

  /** A new person, and the password that is mailed: { person, password }. */
  create({ email, name }) {
    if (this.#find(email)) throw new PoolError('UsernameExistsException', 'User account already exists');
    const password = temporaryPassword();
    const salt = randomUUID();
    const sub = randomUUID();
    const person = {
      sub, username: sub, name: name ?? email, email, groups: [], enabled: true, salt, password: digest(password, salt).toString('base64'),
    };
    this.#people.push(person);
    this.#save();
    return { person, password };
  }

  /** Somebody who registered themselves, as Cognito lets people where it is not told otherwise, and did not confirm the address. */
  register({ email, name }) {
    const { person } = this.create({ email, name });
    this.#change(person.sub, (one) => { one.unconfirmed = true; });
    return person;
  }

  addToGroup(username, group) {
    if (!GROUPS.includes(group)) fail('ResourceNotFoundException', 'Group not found.');
    this.#change(username, (person) => { person.groups = [...new Set([...person.groups, group])]; });
  }

  removeFromGroup(username, group) {
    if (!GROUPS.includes(group)) fail('ResourceNotFoundException', 'Group not found.');
    this.#change(username, (person) => { person.groups = person.groups.filter((each) => each !== group); });
  }

  setEnabled(username, enabled) { this.#change(username, (person) => { person.enabled = enabled; }); }

  #find(login) {
    const wanted = login.toLowerCase();
    return this.#people.find((one) => one.username === wanted || one.email.toLowerCase() === wanted);
  }

  #hasPassword({ password, salt }, given) {
    if (!password) return given === DEMO_PASSWORD;
    return timingSafeEqual(digest(given, salt), Buffer.from(password, 'base64'));
  }

  #change(username, change) {
    change(this.get(username));
    this.#save();
  }

  // Written aside and renamed: a start after a crash sees a whole file.
  #save() {
    const aside = `${this.#file}.new`;
    writeFileSync(aside, `${JSON.stringify({ people: this.#people }, null, 2)}\n`, { mode: 0o600 });
    renameSync(aside, this.#file);
  }
}

function fail(code, message) { throw new PoolError(code, message); }
