/** The largest number of pieces that the API takes. */
export const LARGEST_QUANTITY = 2_147_483_647;
