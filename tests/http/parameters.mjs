// Parameter Store of a stack, as somebody with the account's key changes it.
import { callSsm } from '../../standins/ssm/client.mjs';

export const PATH = '/stockpilot/development';

export class ParameterStore {
  #stack;

  constructor(stack) { this.#stack = stack; }

  #call(action, input) {
    const [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY] = this.#stack.accountKey.split(':');
    return callSsm(this.#stack.ssmUrl, action, input, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION: 'us-east-1' });
  }

  put(name, value, Type = 'String', path = PATH) {
    return this.#call('PutParameter', { Name: `${path}/${name}`, Value: value, Type, Overwrite: true });
  }

  delete(name, path = PATH) { return this.#call('DeleteParameter', { Name: `${path}/${name}` }); }

  /** How its next answers go wrong: standins/ssm/faults.mjs. */
  async fail(mode, times) {
    const answer = await fetch(`${this.#stack.ssmUrl}/_test/fail?${new URLSearchParams({ mode, ...(times && { times }) })}`, { method: 'POST' });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async #calls() { return (await fetch(`${this.#stack.ssmUrl}/_test/calls`)).json(); }

  /** How often it was asked so far. */
  async asked() { return (await this.#calls()).seen; }

  /** How many wait for an answer that does not come. */
  async keptWaiting() { return (await this.#calls()).hanging; }
}
