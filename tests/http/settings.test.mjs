// The settings of the business, as clients see them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { day, integer, object, text, timestamp } from './shapes.mjs';
import { startPrivateStack } from './stack.mjs';

const settings = object({
  currency: text, businessTimeZone: text, defaultMinimumStock: integer, businessDay: day, updatedAt: timestamp,
  links: object({ docs: text, openapi: text, images: text }),
});

describe('GET /settings', () => {
  let own;
  before(async () => { own = await startPrivateStack(); });
  after(() => own.stop());

  const get = async () => {
    const answer = await own.request('GET', '/settings', { user: 'viewer' });
    assert.equal(answer.status, 200, answer.text);
    settings(answer.json);
    return answer.json;
  };

  test('shows what is set, and nothing else', async () => {
    await own.sql(`update settings set currency = 'EUR', business_time_zone = 'Pacific/Kiritimati',
      default_minimum_stock = 7`);
    const found = await get();
    assert.deepEqual([found.currency, found.businessTimeZone, found.defaultMinimumStock],
      ['EUR', 'Pacific/Kiritimati', 7]);
  });

  test('the business day is that of the time zone', async () => {
    const days = [];
    for (const zone of ['Etc/GMT+12', 'Pacific/Kiritimati']) {
      await own.sql('update settings set business_time_zone = $1', [zone]);
      days.push(Date.parse((await get()).businessDay));
    }
    // 26 hours lie between the two, so they never have the same day.
    assert.ok(days[0] < days[1], String(days));
  });

  test('its links lead somewhere', async () => {
    const { links } = await get();
    for (const target of [links.docs, links.openapi]) {
      assert.equal((await own.request('GET', target)).status, 200, target);
    }
  });
});
