'use client';
import { Button } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useRole } from '@/api/useRole';
import { ExportButton } from '@/components/page/ExportButton';
import { hasRole } from '@/components/shell/navigation';
import { useTexts } from '@/format/LocaleProvider';
import { inventoryTexts } from '@/texts/inventory';
import type { View } from './view';

const ImportDialog = dynamic(() => import('./ImportDialog'), { ssr: false });

/** The list as a file, and products from one. */
export function ListActions({ view: { filter, sort } }: { view: View }) {
  const inventory = useTexts(inventoryTexts);
  const role = useRole();
  const [importing, setImporting] = useState(false);
  return (
    <>
      <ExportButton url="/products" params={{ ...filter, sort }} />
      {hasRole(role, 'admin') && <Button variant="default" leftSection={<IconUpload size={18} aria-hidden />} onClick={() => setImporting(true)}>{inventory.importCsv}</Button>}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}
