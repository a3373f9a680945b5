/** The tables of which the database writes changes down. */
export const TABLES = ['products', 'stock_movements', 'sales', 'purchases', 'expenses', 'users', 'notifications'] as const;

const LIMIT = 50;

/** What the address keeps of the list: ?table=products&person=ID&record=ID&from=2026-11-01&to=2026-11-30. */
export function filtersOf(params: URLSearchParams) {
  const given = (name: string) => params.get(name) ?? undefined;
  return { table: given('table'), actorId: given('person'), rowId: given('record'), from: given('from'), to: given('to'), limit: LIMIT };
}

export type Filters = ReturnType<typeof filtersOf>;
