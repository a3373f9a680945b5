/**
 * What an edit sends as If-Match: that it is an edit of this version. The API's own tags are a version and a hash of the answer, of
 * which If-Match compares the version alone (docs/decisions/entity-tags.md): so the record as a list or a refusal gave it is enough.
 */
export const entityTag = ({ version }: { version: number }) => `"${version}.0"`;
