import * as en from './en/range';

export const rangeTexts = { en: en.range };
