import * as en from './en/sales';

export const salesTexts = { en: en.sales };
