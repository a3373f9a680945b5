import * as en from './en/productImage';

export const productImageTexts = { en: en.productImage };
