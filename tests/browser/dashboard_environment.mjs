// The environment that ./dev starts the dashboard with, for another server of it beside that one.
import fs from 'node:fs';
import path from 'node:path';

/** By the shell that wrote it. */
export const environmentOf = (state) => Object.fromEntries(fs.readFileSync(path.join(state, 'dashboard.env'), 'utf8').trimEnd().split('\n')
  .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).replaceAll('\\', '')]));
