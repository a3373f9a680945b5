'use client';
import { Skeleton } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useAuditPagesInfiniteQuery } from '@/api';
import { Card } from '@/components/page/Card';
import { LoadMore } from '@/components/page/LoadMore';
import { Page } from '@/components/page/Page';
import { useQueryState } from '@/components/page/useQueryState';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { RoleGate } from '@/components/states/RoleGate';
import { useTexts } from '@/format/LocaleProvider';
import { auditTexts } from '@/texts/audit';
import { shellTexts } from '@/texts/shell';
import { AuditEntry } from './AuditEntry';
import { AuditFilters } from './AuditFilters';
import { filtersOf } from './filters';
import styles from './audit.module.css';

export function AuditPage() {
  const shell = useTexts(shellTexts);
  const audit = useTexts(auditTexts);
  return (
    <Page title={shell.navigation.audit} lead={audit.lead}>
      <RoleGate least="admin"><Trail /></RoleGate>
    </Page>
  );
}

function Trail() {
  const audit = useTexts(auditTexts);
  const { params } = useQueryState();
  const filters = filtersOf(params);
  const trail = useAuditPagesInfiniteQuery(filters);
  return (
    <>
      <AuditFilters filters={filters} />
      <Card flush>
        <Loaded query={trail} skeleton={<Skeleton h={640} />} empty={({ pages }) => !pages[0]?.items.length && <Empty icon={IconHistory} title={audit.none} text={audit.noneText} />}>
          {({ pages }) => (
            <>
              <ul className={styles.list}>{pages.flatMap(({ items }) => items).map((each) => <AuditEntry key={each.auditId} record={each} />)}</ul>
              <LoadMore query={trail} />
            </>
          )}
        </Loaded>
      </Card>
    </>
  );
}
