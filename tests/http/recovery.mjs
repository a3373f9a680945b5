// What has to hold around every failure: an answer in time whatever it is, and good answers soon after the cause is gone.
import assert from 'node:assert/strict';
import { askOnce } from './fastcgi-client.mjs';
import { until } from './stack.mjs';
import { isRunning } from './worker-processes.mjs';

export const ANSWER_MS = 3000;
export const RETURN_MS = 5000;

export const together = (count, make) => Promise.all(Array.from({ length: count }, make));

/** One exchange as Stack.request() makes it. Whatever the answer, it is there in time. */
export async function askInTime(stack, method, target, options = {}) {
  const began = Date.now();
  const answer = await stack.request(method, target, { user: 'admin', ...options });
  const took = Date.now() - began;
  assert.ok(took < ANSWER_MS, `${method} ${target}: ${answer.status} after ${took} ms`);
  return answer;
}

/**
 * All is well when each of many requests at once is answered, and each worker had a part in that. What nginx has
 * kept may lead to one worker only, so as many come over new connections as well.
 */
export async function recovers(stack) {
  const began = Date.now();
  const token = await stack.token('admin');
  const kept = () => stack.request('GET', '/products', { token });
  const fresh = () => askOnce(stack.socket, { path: '/products', token });
  await until(async () => {
    const logged = stack.logLines().length;
    const answers = await Promise.all([together(16, kept), together(16, fresh)]);
    if (answers.flat().some((answer) => answer.status !== 200)) return false;
    const busy = stack.logLines().slice(logged).filter((line) => line.event === 'request').map((line) => line.pid);
    return stack.pids.workers.every((pid) => busy.includes(pid));
  }, { what: 'good answers by all workers', deadline: RETURN_MS });
  const took = Date.now() - began;
  assert.ok(took <= RETURN_MS, `good answers by all workers took ${took} ms`);
}

export function assertWorkersUntouched(stack) {
  assert.deepEqual(stack.pids.workers.filter((pid) => !isRunning(pid)), [], 'no worker has ended');
}
