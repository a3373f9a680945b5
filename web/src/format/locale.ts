// Which locale a page is in: the one chosen in the settings, kept in a cookie, or the browser's first.

export const LOCALE_COOKIE = 'stockpilot-locale';
/** For the settings; the texts are in the first one's language so far. */
export const LOCALES = ['en-US', 'en-GB', 'de-DE', 'fr-FR', 'es-ES', 'it-IT', 'nl-NL', 'sv-SE', 'pl-PL', 'pt-BR', 'ja-JP'];

function valid(tag: string | undefined): string | undefined {
  try {
    return tag ? Intl.getCanonicalLocales(tag)[0] : undefined;
  } catch {
    return undefined;
  }
}

export const chooseLocale = (chosen: string | undefined, acceptLanguage: string | null) =>
  valid(chosen) ?? valid(acceptLanguage?.split(',')[0]?.split(';')[0]?.trim()) ?? 'en-US';
