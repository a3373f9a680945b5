// What a system holds in memory after the load: PSS, in which a page that n processes share counts 1/n for each.
import { memoryOf, nameOf, pssOf, tree } from './processes.mjs';

export function memoryOfSystem(system) {
  const processes = system.name === 'nginx-return' ? [] : tree(system.applicationPids).map((pid) => ({ name: nameOf(pid), ...memoryOf(pid) }));
  return { application: system.name === 'nginx-return' ? 0 : pssOf(system.applicationPids), nginx: pssOf(system.nginxPids), processes };
}
