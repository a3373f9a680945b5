import * as en from './en/landing';

export const landingTexts = { en: en.landing };
