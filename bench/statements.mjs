// The SQL that StockPilot runs, read from its C sources, so that what pgbench runs cannot drift from it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DEFINITION = /^#define ([A-Z_]+)(?:\(([a-z_, ]+)\))?\s+((?:\\\n|[^\n])+)/gm;
const STATEMENT = /static const struct statement \w+ = \{\s*"(\w+)",([^;]+?),\s*(\d+),?\s*\};/g;
const WORD = /"((?:[^"\\]|\\.)*)"|([A-Z_]{3,})(\()?|([a-z_]+)/g;

// The end of the list of arguments that begins at `start`, and the arguments as they stand.
function listOfArguments(code, start) {
  const found = [];
  let depth = 0;
  let from = start;
  for (const token of code.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[(),]/g)) {
    const at = start + token.index;
    if (token[0] === '(') depth += 1;
    if ((token[0] === ',' && depth === 0) || (token[0] === ')' && depth === 0)) {
      found.push(code.slice(from, at));
      from = at + 1;
      if (token[0] === ')') return { found, end: from };
    }
    if (token[0] === ')') depth -= 1;
  }
  throw new Error('bench/statements.mjs: a macro without an end');
}

export class Statements {
  #macros = new Map(); // by name: { parameters, code }

  #codes = new Map(); // by name: the C behind it, and how many parameters there are

  constructor(repository) {
    const folder = join(repository, 'src/store');
    for (const name of readdirSync(folder).filter((file) => /[.][ch]$/.test(file))) {
      const source = readFileSync(join(folder, name), 'utf8');
      for (const [, macro, parameters, code] of source.matchAll(DEFINITION)) {
        this.#macros.set(macro, { parameters: parameters?.split(/, */) ?? [], code });
      }
      for (const [, literal, code, count] of source.matchAll(STATEMENT)) {
        this.#codes.set(literal, { code, parameters: Number(count) });
      }
    }
  }

  // { sql, parameters }
  get(name) {
    const found = this.#codes.get(name);
    if (!found) throw new Error(`StockPilot has no statement ${name} any more`);
    return { sql: this.#joined(found.code), parameters: found.parameters };
  }

  // Text literals and macros that stand side by side are one text. `values`: of a macro's parameters, joined already.
  #joined(code, values = {}) {
    let text = '';
    const words = new RegExp(WORD);
    for (let word = words.exec(code); word !== null; word = words.exec(code)) {
      const [, literal, macro, opens, parameter] = word;
      if (literal !== undefined) {
        text += literal;
      } else if (parameter !== undefined) {
        text += values[parameter] ?? '';
      } else {
        const made = this.#macros.get(macro);
        if (!made) throw new Error(`bench/statements.mjs: what is ${macro}?`);
        const { found, end } = opens ? listOfArguments(code, words.lastIndex) : { found: [], end: words.lastIndex };
        words.lastIndex = end;
        text += this.#joined(made.code, Object.fromEntries(
          made.parameters.map((name, index) => [name, this.#joined(found[index], values)])));
      }
    }
    return text.replaceAll('\\"', '"');
  }
}
