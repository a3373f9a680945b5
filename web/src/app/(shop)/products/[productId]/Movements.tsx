'use client';
import { Skeleton } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useMovementPagesInfiniteQuery, type Movement } from '@/api';
import { useRole } from '@/api/useRole';
import { useDialog } from '@/components/forms/useDialog';
import { Card } from '@/components/page/Card';
import { LoadMore } from '@/components/page/LoadMore';
import { hasRole } from '@/components/shell/navigation';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import { LISTED } from './movementList';
import { MovementRow } from './MovementRow';
import styles from './movements.module.css';

const ReverseMovement = dynamic(() => import('./ReverseMovement'), { ssr: false });

export function Movements({ productId }: { productId: string }) {
  const products = useTexts(productsTexts);
  const query = useMovementPagesInfiniteQuery({ productId, ...LISTED });
  const mayReverse = hasRole(useRole(), 'staff');
  const reversing = useDialog<Movement>();
  return (
    <Card title={products.movements} flush>
      <Loaded
        query={query} skeleton={<Skeleton h={480} m={16} />}
        empty={({ pages }) => pages[0]?.items.length === 0 && <Empty icon={IconArrowsExchange} title={products.noMovementsTitle} text={products.noMovements} />}
      >
        {({ pages }) => (
          <>
            <ul className={styles.list} aria-label={products.movementsList}>
              {pages.flatMap((page) => page.items).map((movement) => (
                <MovementRow key={movement.movementId} movement={movement} onReverse={mayReverse ? reversing.open : undefined} />
              ))}
            </ul>
            <LoadMore query={query} />
          </>
        )}
      </Loaded>
      {reversing.shown && <ReverseMovement movement={reversing.shown} onClose={reversing.close} />}
    </Card>
  );
}
