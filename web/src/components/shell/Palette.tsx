'use client';
// The command palette: pages by name, products by theirs. Loaded when it is first opened.
import '@mantine/spotlight/styles.css';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight, type SpotlightActionData, type SpotlightFilterFunction } from '@mantine/spotlight';
import { IconPackage, IconSearch } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useListProductsQuery } from '@/api';
import { useRole } from '@/api/useRole';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { DESTINATIONS, hasRole } from './navigation';

const [store, { open }] = createSpotlight();
export { open as openPalette };

const PAGES = 'pages';

const fits = (label: string | undefined, wanted: string) => (label ?? '').toLowerCase().includes(wanted.toLowerCase());

/** Pages are chosen here, by any part of their name. Products were chosen by the API. */
const chosen: SpotlightFilterFunction = (query, actions) => {
  const wanted = query.trim();
  return actions.flatMap((each) => {
    if (!('actions' in each) || each.group === undefined) return [];
    const kept = each.actions.filter(({ id, label }) => !id.startsWith(PAGES) || fits(label, wanted));
    return kept.length > 0 ? [{ ...each, actions: kept }] : [];
  });
};

export default function Palette() {
  const shell = useTexts(shellTexts);
  const format = useFormat();
  const role = useRole();
  const router = useRouter();
  const [query, setQuery] = useState('');
  const wanted = query.trim();
  const [search] = useDebouncedValue(wanted, 150);
  const { currentData, data = [], isFetching } = useListProductsQuery({ search, limit: 8 }, { skip: search === '' || !hasRole(role, 'viewer') });
  // Until the API has answered for what was typed last, those of what it found before that still fit.
  const products = currentData ?? data.filter(({ name }) => fits(name, wanted));
  const pages: SpotlightActionData[] = DESTINATIONS.filter((each) => hasRole(role, each.role)).map(({ path, text, icon: Icon }) => ({
    id: PAGES + path, label: shell.navigation[text], leftSection: <Icon size={18} stroke={1.7} aria-hidden />, onClick: () => router.push(path),
  }));
  const found: SpotlightActionData[] = (wanted === '' ? [] : products).map((product, i) => ({
    'id': product.productId, 'label': product.name, 'description': [product.sku, format.money(product.price)].filter(Boolean).join(' · '),
    // Enter goes to what is marked so. Mantine marks the first page as one types; products come later than that.
    'data-selected': (i === 0 && !pages.some(({ label }) => fits(label, wanted))) || undefined,
    'leftSection': <IconPackage size={18} stroke={1.7} aria-hidden />, 'onClick': () => router.push(`/products/${product.productId}`),
  }));
  return (
    <Spotlight
      store={store} shortcut={null} query={query} onQueryChange={setQuery} filter={chosen} scrollable maxHeight={420}
      actions={[{ group: shell.goTo, actions: pages }, { group: shell.navigation.products, actions: found }]}
      nothingFound={isFetching || search !== wanted ? shell.searching : shell.nothingFound} attributes={{ content: { 'aria-label': shell.searchLabel } }}
      searchProps={{ 'placeholder': shell.search, 'aria-label': shell.search, 'leftSection': <IconSearch size={18} aria-hidden /> }}
    />
  );
}
