// The SQL that StockPilot runs, read from its C sources, so that what pgbench runs cannot drift from it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DEFINITION = /^#define ([A-Z_]+)\s+((?:\\\n|[^\n])+)/gm;
const STATEMENT = /static const struct statement \w+ = \{\s*"(\w+)",([^;]+?),\s*(\d+),?\s*\};/g;
const WORD = /"((?:[^"\\]|\\.)*)"|([A-Z_]{3,})/g;

export class Statements {
  #macros = new Map();

  #codes = new Map(); // by name: the C behind it, and how many parameters there are

  constructor(repository) {
    const folder = join(repository, 'src/store');
    for (const name of readdirSync(folder).filter((file) => /[.][ch]$/.test(file))) {
      const source = readFileSync(join(folder, name), 'utf8');
      for (const [, macro, code] of source.matchAll(DEFINITION)) this.#macros.set(macro, code);
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

  // Text literals and macros that stand side by side are one text.
  #joined(code) {
    let text = '';
    for (const [, literal, macro] of code.matchAll(WORD)) {
      if (macro !== undefined && !this.#macros.has(macro)) throw new Error(`bench/statements.mjs: what is ${macro}?`);
      text += literal ?? this.#joined(this.#macros.get(macro));
    }
    return text.replaceAll('\\"', '"');
  }
}
