// Every text that people read, a file for each area, so that a page loads its own and no others. The language is chosen by the locale; so
// far there is one.
import type { en } from './en';

export type Texts = typeof en;

/** An area's texts in every language: the next one is a member here, which every area has to have then. */
export interface ByLanguage<T> { en: T }
type Language = keyof ByLanguage<unknown>;

const LANGUAGES: readonly Language[] = ['en'];

export const languageOf = (locale: string): Language => LANGUAGES.find((language) => language === locale.split('-')[0]) ?? 'en';
export const textsOf = <T>(texts: ByLanguage<T>, locale: string): T => texts[languageOf(locale)];
