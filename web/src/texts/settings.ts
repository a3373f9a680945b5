import * as en from './en/settings';

export const settingsTexts = { en: en.settings };
