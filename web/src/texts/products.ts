import * as en from './en/products';

export const productsTexts = { en: en.products };
