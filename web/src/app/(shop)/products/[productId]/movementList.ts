/** The movements that are listed, page by page. */
export const LISTED = { limit: 20 };
/** Those that the chart is drawn of: of most products some months. */
export const CHARTED = { limit: 100 };
