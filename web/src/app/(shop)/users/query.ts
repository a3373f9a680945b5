/** What the page asks the API for, on the server and in the browser alike. */
export const USERS = { limit: 100 };
