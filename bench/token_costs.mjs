// What a look at a token costs a worker: runs token_bench.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export function tokenCosts(stack, tokens) {
  const { issuer, jwksUrl, clientId } = stack.description;
  const output = execFileSync(
    join(stack.build, 'bench/token_bench'),
    [issuer, jwksUrl, clientId, tokens.many, tokens.bad],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const costs = JSON.parse(output);
  return {
    ...costs,
    text: `A token, CPU time in a worker: first sight ${costs.first.toFixed(1)} µs · remembered `
      + `${costs.remembered.toFixed(2)} µs (64 in turn: ${costs.rememberedFew.toFixed(2)} µs) · bad ${costs.bad.toFixed(1)} µs`,
  };
}
