import * as en from './en/picker';

export const pickerTexts = { en: en.picker };
