import * as en from './en/shell';

export const shellTexts = { en: en.shell };
