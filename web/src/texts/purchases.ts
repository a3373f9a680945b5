import * as en from './en/purchases';

export const purchasesTexts = { en: en.purchases };
