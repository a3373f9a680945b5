// A list as a file: the API's own CSV of it, all of it, saved by the browser.
import type { FetchBaseQueryError } from '@reduxjs/toolkit/query';
import type { Builder } from './pages';

interface Export {
  /** Of the list: /products. */
  url: string;
  /** As for the list in JSON, without a limit. */
  params: object;
}

/** Longer than the dashboard's server waits for one. */
const DEADLINE_MS = 70_000;

function save(file: Blob, name: string) {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export function exportEndpoints(build: Builder) {
  return {
    /** Gives the name that the file was saved under. */
    exportList: build.mutation<string, Export>({
      async queryFn({ url, params }, _store, _options, ask) {
        const { data, error, meta } = await ask({
          url, params: { ...params }, headers: { Accept: 'text/csv' }, timeout: DEADLINE_MS,
          responseHandler: (response) => (response.ok ? response.blob() : response.json()),
        });
        if (!(data instanceof Blob)) return { error: error ?? ({ status: 'CUSTOM_ERROR', error: 'The answer is no file.' } satisfies FetchBaseQueryError) };
        const name = /filename="([^"]+)"/.exec(meta?.response?.headers.get('Content-Disposition') ?? '')?.[1] ?? 'export.csv';
        save(data, name);
        return { data: name };
      },
    }),
  };
}
