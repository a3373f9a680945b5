import * as en from './en/states';

export const statesTexts = { en: en.states };
