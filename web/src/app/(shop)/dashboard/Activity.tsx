'use client';
import { Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconHistory, IconReceipt2, IconShoppingCart, IconTruckDelivery } from '@tabler/icons-react';
import { useListExpenseEntriesQuery, useListNotificationsQuery, useListPurchasesQuery, useListSalesQuery } from '@/api';
import { Card } from '@/components/page/Card';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { dashboardTexts } from '@/texts/dashboard';
import styles from './dashboard.module.css';
import { eventsOf, type Event } from './events';
import { ACTIVITY_ROWS, alertsArg, KEPT_NEW, recentArg, together } from './queries';

const ICONS = { sale: IconShoppingCart, purchase: IconTruckDelivery, expense: IconReceipt2, alert: IconAlertTriangle };

export function Activity() {
  const dashboard = useTexts(dashboardTexts);
  const format = useFormat();
  const goods = together(useListSalesQuery(recentArg, KEPT_NEW), useListPurchasesQuery(recentArg, KEPT_NEW));
  const others = together(useListExpenseEntriesQuery(recentArg, KEPT_NEW), useListNotificationsQuery(alertsArg, KEPT_NEW));
  const lists = together({ ...goods, currentData: goods.data }, { ...others, currentData: others.data });
  return (
    <div className={styles.half}>
      <Card title={dashboard.activity}>
        <Loaded query={lists} skeleton={<Skeleton h={352} />} empty={(all) => all.flat(2).length === 0 && <Empty icon={IconHistory} title={dashboard.noActivity} text={dashboard.noActivityText} />}>
          {([[sales, purchases], [expenses, alerts]]) => (
            <ul className={styles.rows}>
              {eventsOf({ sales, purchases, expenses, alerts }, ACTIVITY_ROWS, dashboard, format).map((event) => <Row key={event.id} event={event} />)}
            </ul>
          )}
        </Loaded>
      </Card>
    </div>
  );
}

function Row({ event: { kind, text, who, at, sum } }: { event: Event }) {
  const format = useFormat();
  const Icon = ICONS[kind];
  return (
    <li className={styles.row}>
      <span className={`${styles.icon} ${kind === 'alert' ? styles.alert : ''}`}><Icon size={18} stroke={1.7} aria-hidden /></span>
      <div className={styles.what}>
        <span className={styles.text}>{text}</span>
        <span className={styles.note}>{who} · <time dateTime={at}>{format.shortTime(at)}</time></span>
      </div>
      {sum && <strong className={styles.sum}>{sum}</strong>}
    </li>
  );
}
