import * as en from './en/dashboard';

export const dashboardTexts = { en: en.dashboard };
