// Which locale a page is made in, and what follows of it for the page's title.
import type { Metadata } from 'next';
import { cookies, headers } from 'next/headers';
import { chooseLocale, LOCALE_COOKIE } from '@/format/locale';
import { textsOf, type Texts } from '@/texts';
import { shellTexts } from '@/texts/shell';

export const localeOfRequest = async () => chooseLocale((await cookies()).get(LOCALE_COOKIE)?.value, (await headers()).get('accept-language'));

/** A page is called what the navigation calls it: a page's generateMetadata. */
export const titled = (page: keyof Texts['shell']['navigation']) =>
  async (): Promise<Metadata> => ({ title: textsOf(shellTexts, await localeOfRequest()).navigation[page] });
