// The form of a browser's upload: its fields up to the file, and the file
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html).

import { S3Error } from './errors.mjs';

const FIELDS_MAX = 20 * 1024;

async function entriesOf(contentType, body) {
  try {
    return [...await new Response(body, { headers: { 'Content-Type': contentType } }).formData()];
  } catch {
    throw new S3Error('MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.');
  }
}

/**
 * { fields, file }: the fields before the file, their names in lower case; what comes behind the file is not looked at.
 * "${filename}" in a field is the file's own name.
 */
export async function readForm(contentType, body) {
  if (!/^multipart\/form-data\s*;/i.test(contentType ?? '')) {
    throw new S3Error('InvalidRequest', 'Bucket POST must be of the enclosure-type multipart/form-data');
  }
  const entries = await entriesOf(contentType, body);
  const at = entries.findIndex(([name]) => name.toLowerCase() === 'file');
  if (at < 0) throw new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.', { ArgumentName: 'file', ArgumentValue: 0 });
  const fields = new Map();
  let size = 0;
  for (const [name, value] of entries.slice(0, at)) {
    if (typeof value !== 'string') throw new S3Error('InvalidArgument', 'Only the field file may be a file', { ArgumentName: name });
    if (fields.has(name.toLowerCase())) throw new S3Error('InvalidArgument', 'A field is there twice', { ArgumentName: name });
    fields.set(name.toLowerCase(), value);
    size += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (size > FIELDS_MAX) throw new S3Error('MaxPostPreDataLengthExceeded', 'Your POST request fields preceding the upload file were too large.');
  const [, upload] = entries[at];
  const file = Buffer.from(typeof upload === 'string' ? upload : await upload.arrayBuffer());
  const fileName = typeof upload === 'string' ? '' : upload.name;
  for (const [name, value] of fields) fields.set(name, value.replaceAll('${filename}', () => fileName));
  return { fields, file };
}
