// Certificates: an authority of the run's own, and one for each host that is reached over TLS.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export class Authority {
  #folder;

  constructor(folder) {
    this.#folder = folder;
    this.file = join(folder, 'ca.pem');
    this.#openssl('req', '-x509', ...KEY, '-days', '2', '-subj', '/CN=two-hosts', '-addext', 'keyUsage=critical,keyCertSign',
      '-keyout', join(folder, 'ca.key'), '-out', this.file);
  }

  get text() { return readFileSync(this.file, 'utf8'); }

  #openssl(...words) { execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] }); }

  /** Gives { certificate, key }: files. */
  certify({ name, address }) {
    const file = (kind) => join(this.#folder, `${name}.${kind}`);
    writeFileSync(file('extensions'), `basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=IP:${address}\n`);
    this.#openssl('req', '-new', ...KEY, '-subj', `/CN=${name}`, '-keyout', file('key'), '-out', file('request'));
    this.#openssl('x509', '-req', '-in', file('request'), '-CA', this.file, '-CAkey', join(this.#folder, 'ca.key'), '-days', '2',
      '-CAcreateserial', '-extfile', file('extensions'), '-out', file('pem'));
    return { certificate: file('pem'), key: file('key') };
  }
}
