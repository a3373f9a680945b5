// What a page loads, in kB compressed by gzip: the same from run to run.
import { gzipSync } from 'node:zlib';

const KIND = { script: 'script', stylesheet: 'style' };

/** Goes to the page and gives { script, style } of all that it has loaded when it is quiet. */
export async function weigh(page, address) {
  const loading = [];
  const note = (response) => {
    const kind = KIND[response.request().resourceType()];
    if (kind) loading.push(response.body().then((body) => [kind, gzipSync(body, { level: 9 }).length]));
  };
  page.on('response', note);
  try {
    await page.goto(address, { waitUntil: 'networkidle' });
    const weight = { script: 0, style: 0 };
    for (const [kind, bytes] of await Promise.all(loading)) weight[kind] += bytes / 1000;
    return { script: Math.round(weight.script * 10) / 10, style: Math.round(weight.style * 10) / 10 };
  } finally {
    page.off('response', note);
  }
}
