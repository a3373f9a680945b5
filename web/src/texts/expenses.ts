import * as en from './en/expenses';

export const expensesTexts = { en: en.expenses };
