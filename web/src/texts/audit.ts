import * as en from './en/audit';

export const auditTexts = { en: en.audit };
