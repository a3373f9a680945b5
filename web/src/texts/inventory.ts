import * as en from './en/inventory';

export const inventoryTexts = { en: en.inventory };
export const adjustmentTexts = { en: en.adjustment };
export const productImportTexts = { en: en.productImport };
