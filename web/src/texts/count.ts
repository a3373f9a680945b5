import * as en from './en/count';

export const countTexts = { en: en.count };
