// A part of a minute of `./dev chaos`: random work by many clients while workers, backends, the postmaster and the
// notifier are killed and SNS fails.

import { test } from 'node:test';
import { chaos } from '../chaos/chaos.mjs';

test('AC-73 AC-74 AC-89 the books add up, each acknowledged write is there once and each episode was mailed, whatever was killed', async () => {
  await chaos({ seconds: 40, seed: 20261127, say: console.log });
});
