import * as en from './en/productForms';

export const productFormsTexts = { en: en.productForms };
