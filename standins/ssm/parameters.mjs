// The parameters of Parameter Store: names in hierarchies, types, versions, and what SSM demands of them before it
// takes one. Kept in a file of the state folder that only its owner may read, so that a restart forgets none.

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const TYPES = ['String', 'StringList', 'SecureString'];
const LEVELS_MAX = 15;
const NAME_MAX = 1011;
const VALUE_MAX = { Standard: 4096, Advanced: 8192 };
const VERSIONS_KEPT = 100;

/** An error as SSM tells it: HTTP status, type and sentence. */
export class SsmError extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}
export const invalid = (message) => new SsmError(400, 'ValidationException', message);

function checkName(name) {
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_.\-/]+$/.test(name) || name.length > NAME_MAX) {
    throw invalid(`Parameter name: ${name} can only contain letters, numbers and the symbols _.-/`);
  }
  if (name.includes('/') && !name.startsWith('/')) throw invalid('Parameter name must be a fully qualified name.');
  if (name.endsWith('/') || name.includes('//')) throw invalid("Parameter name can't end with / or have an empty level.");
  if (/^\/?(aws|ssm)/i.test(name)) throw invalid('Parameter name: can\'t be prefixed with "ssm" or "aws" (case-insensitive).');
  if (name.split('/').length - 1 > LEVELS_MAX) {
    throw new SsmError(400, 'HierarchyLevelLimitExceededException', `A hierarchy has ${LEVELS_MAX} levels at most.`);
  }
}

function checkValue(value, tier) {
  if (typeof value !== 'string' || value === '') throw invalid("Parameter value can't be empty.");
  if (Buffer.byteLength(value) > VALUE_MAX[tier]) {
    throw invalid(`${tier} tier parameters support a maximum parameter value of ${VALUE_MAX[tier]} characters.`);
  }
}

export class Parameters {
  #parameters = new Map(); // by name: { type, versions: [{ version, value, modified }] }, the newest last

  #file;

  constructor({ state, region, account }) {
    Object.assign(this, { region, account });
    fs.mkdirSync(state, { recursive: true, mode: 0o700 });
    this.#file = path.join(state, 'parameters.json');
    if (fs.existsSync(this.#file)) this.#parameters = new Map(JSON.parse(fs.readFileSync(this.#file, 'utf8')));
  }

  #keep() {
    fs.writeFileSync(`${this.#file}.new`, JSON.stringify([...this.#parameters]), { mode: 0o600 });
    fs.renameSync(`${this.#file}.new`, this.#file);
  }

  put({ Name: name, Type: type, Value: value, Overwrite: overwrite = false, Tier: tier = 'Standard' }) {
    checkName(name);
    if (!(tier in VALUE_MAX)) throw invalid(`Tier: ${tier}`);
    checkValue(value, tier);
    const known = this.#parameters.get(name);
    if (known && !overwrite) {
      throw new SsmError(400, 'ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
    }
    if (!known && type === undefined) throw invalid('A parameter type is required when you create a parameter.');
    if (type !== undefined && !TYPES.includes(type)) throw new SsmError(400, 'UnsupportedParameterType', `The parameter type isn't supported: ${type}`);
    if (known && type !== undefined && type !== known.type) {
      throw new SsmError(400, 'HierarchyTypeMismatchException', "Parameter Store doesn't support changing a parameter type in a hierarchy.");
    }
    const { versions } = known ?? { versions: [] };
    const version = (versions.at(-1)?.version ?? 0) + 1;
    const next = { type: known?.type ?? type, versions: [...versions, { version, value, modified: Date.now() / 1000 }].slice(-VERSIONS_KEPT) };
    this.#parameters.set(name, next);
    this.#keep();
    return { Version: version, Tier: tier };
  }

  delete(name) {
    if (!this.#parameters.delete(name)) throw new SsmError(400, 'ParameterNotFound', '');
    this.#keep();
  }

  arnOf(name) { return `arn:aws:ssm:${this.region}:${this.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`; }

  /** As an answer has it. What is encrypted is shown to nobody who does not ask for it in the clear. */
  #shown(name, { type, versions }, withDecryption, { version, value, modified } = versions.at(-1)) {
    const encrypted = type === 'SecureString' && !withDecryption;
    return {
      Name: name,
      Type: type,
      Value: encrypted ? createHash('sha512').update(`${this.#file} ${name} ${version}`).digest('base64') : value,
      Version: version,
      LastModifiedDate: modified,
      ARN: this.arnOf(name),
      DataType: 'text',
    };
  }

  /** By "name" or "name:version". */
  get(selector, withDecryption) {
    const [name, version] = String(selector).split(':');
    const known = this.#parameters.get(name);
    if (!known) throw new SsmError(400, 'ParameterNotFound', '');
    if (version === undefined) return this.#shown(name, known, withDecryption);
    const found = known.versions.find((each) => String(each.version) === version);
    if (!found) throw new SsmError(400, 'ParameterVersionNotFound', `Systems Manager could not find version ${version} of ${name}.`);
    return { ...this.#shown(name, known, withDecryption, found), Selector: `:${version}` };
  }

  /** All below a path, by name; with `recursive` those of deeper levels too. */
  below(parent, { recursive, withDecryption }) {
    if (typeof parent !== 'string' || !/^\/[a-zA-Z0-9_.\-/]*$/.test(parent)) {
      throw invalid('The parameter path must begin with / and can only contain letters, numbers and the symbols _.-/');
    }
    const start = parent.endsWith('/') ? parent : `${parent}/`;
    return [...this.#parameters].filter(([name]) => name.startsWith(start) && (recursive || !name.slice(start.length).includes('/')))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, known]) => this.#shown(name, known, withDecryption));
  }
}
