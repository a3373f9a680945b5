// What was delivered, by address. Kept in a file, so that a restart loses no mail.

import fs from 'node:fs';
import path from 'node:path';

export class Mailbox {
  #mails = [];

  #file;

  constructor(folder) {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = path.join(folder, 'mail.ndjson');
    if (!fs.existsSync(this.#file)) return;
    // A line that a crash has cut short is no mail.
    for (const line of fs.readFileSync(this.#file, 'utf8').split('\n').slice(0, -1)) this.#mails.push(JSON.parse(line));
  }

  deliver(mail) {
    this.#mails.push(mail);
    fs.appendFileSync(this.#file, `${JSON.stringify(mail)}\n`, { mode: 0o600 });
  }

  /** Oldest first; of one address, or all. */
  mails(to) { return to === undefined ? this.#mails : this.#mails.filter((mail) => mail.to === to); }
}
