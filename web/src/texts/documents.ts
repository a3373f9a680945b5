import * as en from './en/documents';

export const documentsTexts = { en: en.documents };
