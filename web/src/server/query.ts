/** What Next gives a page of its address. */
export interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The query of a page's address, by name, as useQueryState has it in the browser: of a repeated name the first. */
export async function queryOf(searchParams: PageProps['searchParams']): Promise<(name: string) => string | undefined> {
  const params = await searchParams;
  return (name) => [params[name]].flat()[0];
}
