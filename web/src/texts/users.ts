import * as en from './en/users';

export const usersTexts = { en: en.users };
