'use client';
import { Skeleton } from '@mantine/core';
import { useGetSettingsQuery, useListMovementsQuery, type Product } from '@/api';
import { TimeChart } from '@/components/charts/TimeChart';
import { Card } from '@/components/page/Card';
import { Loaded } from '@/components/states/Loaded';
import { isoDay } from '@/format/format';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import { CHARTED } from './movementList';
import styles from './product.module.css';
import { stockByDay } from './stockByDay';

/** As far back as the latest movements go. */
export function StockHistory({ product: { productId, minimumStock } }: { product: Product }) {
  const products = useTexts(productsTexts);
  const format = useFormat();
  const query = useListMovementsQuery({ productId, ...CHARTED });
  const { data: settings } = useGetSettingsQuery({});
  return (
    <Card title={products.history}>
      <Loaded query={query} skeleton={<Skeleton h={280} />}>
        {(movements) => {
          const { days, stock } = stockByDay(movements, format.dayOf, isoDay(settings?.businessDay ?? ''));
          if (days.length < 2) return <p className={styles.muted}>{products.historyBegins}</p>;
          return (
            <TimeChart
              kind="lines" caption={products.historyCaption(format.day(days[0]!), format.day(days.at(-1)!))} period={products.day} labels={days.map(format.shortDay)}
              series={[{ name: products.stockSeries, values: stock, color: 1 }, { name: products.minimumSeries, values: days.map(() => minimumStock), color: 2 }]}
              format={format.number} shortFormat={format.number}
            />
          );
        }}
      </Loaded>
    </Card>
  );
}
