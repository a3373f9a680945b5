const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the API takes it as one; what an address has in its query may be anything. */
export const isProductId = (text: string | undefined): text is string => text !== undefined && UUID.test(text);
