// Everything behind the sign-in.
import '@/theme/mantine';
import '@mantine/notifications/styles.css';
import type { ReactNode } from 'react';
import { Toaster } from '@/components/page/Toaster';
import { Shell } from '@/components/shell/Shell';
import { FormatProvider, LocaleProvider } from '@/format/LocaleProvider';
import { localeOfRequest } from '@/server/locale';
import { nonceOfRequest } from '@/server/nonce';
import { ask } from '@/server/preload';
import { Preloaded } from '@/store/Preloaded';
import { StoreProvider } from '@/store/StoreProvider';
import { ThemeProvider } from '@/theme/ThemeProvider';

// The first of these takes Chromium some 30 ms, a phone 100. Here the page is not there yet for anybody to tap on.
const FIRST_FORMAT = 'new Intl.NumberFormat("en")';

export default async function ShopLayout({ children }: { children: ReactNode }) {
  // Everyone who has a role may have these.
  const { entries, refusal } = await ask((api) => [
    api.showOwnAccount.initiate({}), api.getSettings.initiate({}), api.countUnreadNotifications.initiate({}),
  ]);
  const locale = await localeOfRequest();
  return (
    <>
      <script nonce={await nonceOfRequest()} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: FIRST_FORMAT }} />
      <ThemeProvider>
        <LocaleProvider locale={locale}>
          <StoreProvider>
            <Preloaded entries={entries}>
              <FormatProvider>
                <Toaster />
                <Shell refusal={refusal?.detail}>{children}</Shell>
              </FormatProvider>
            </Preloaded>
          </StoreProvider>
        </LocaleProvider>
      </ThemeProvider>
    </>
  );
}
