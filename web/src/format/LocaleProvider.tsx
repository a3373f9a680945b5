'use client';
import { createContext, useContext, type ReactNode } from 'react';
import { useGetSettingsQuery } from '@/api';
import { textsOf, type ByLanguage } from '@/texts';
import { formatOf, type Format } from './format';

const LocaleContext = createContext('en-US');

export function LocaleProvider({ locale, children }: { locale: string; children: ReactNode }) {
  return <LocaleContext value={locale}>{children}</LocaleContext>;
}

export const useLocale = () => useContext(LocaleContext);
/** An area's texts in the language of the locale: `useTexts(salesTexts)`. */
export const useTexts = <T,>(texts: ByLanguage<T>): T => textsOf(texts, useLocale());

const FormatContext = createContext(formatOf({ locale: 'en-US', currency: undefined, timeZone: 'UTC' }));

/** In the currency and time zone of the business, below the store; without a currency as long as it is not known. */
export function FormatProvider({ children }: { children: ReactNode }) {
  const locale = useLocale();
  const { data: settings } = useGetSettingsQuery({});
  const { currency, businessTimeZone: timeZone = 'UTC' } = settings ?? {};
  return <FormatContext value={formatOf({ locale, currency, timeZone })}>{children}</FormatContext>;
}

/** How numbers, sums and times are written here. */
export const useFormat = (): Format => useContext(FormatContext);
