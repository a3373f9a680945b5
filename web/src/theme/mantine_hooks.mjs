// What next.config.ts gives to whoever imports @mantine/hooks, Mantine's components among them: the same with another useId. Theirs renders
// every component that has it again right after a page has come alive, to change React's id for a random one, which only pages with more than one
// React root need. On a phone that took a tenth of a second in which nobody was heard.
import { useId as useReactId } from 'react';

// By its path: by its name it would be this module.
export * from '../../node_modules/@mantine/hooks/esm/index.mjs';

export function useId(given) {
  const id = useReactId();
  return typeof given === 'string' ? given : `mantine-${id.replace(/[^A-Za-z0-9_-]/g, '')}`;
}
