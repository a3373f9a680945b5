// Free ports of the loopback address, below the range from which the kernel takes those of outgoing connections: a load
// generator makes many.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

function bound(port) {
  return new Promise((resolve) => {
    const listener = createServer();
    listener.once('error', () => resolve(null));
    listener.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(listener));
  });
}

export async function freePorts(count) {
  const first = 20000;
  const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/);
  const beyond = Math.max(Number(range[0]), first + 1000);
  const held = [];
  for (let tries = 0; held.length < count; tries += 1) {
    if (tries > 1000) throw new Error('there are no free ports on 127.0.0.1');
    const listener = await bound(first + Math.floor(Math.random() * (beyond - first)));
    if (listener) held.push(listener);
  }
  const ports = held.map((listener) => listener.address().port);
  await Promise.all(held.map((listener) => new Promise((done) => { listener.close(done); })));
  return ports;
}
