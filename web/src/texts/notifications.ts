import * as en from './en/notifications';

export const notificationsTexts = { en: en.notifications };
