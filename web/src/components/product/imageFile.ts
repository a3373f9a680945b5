// Whether a file can be a product's image: told by its first bytes, as the API does it, before anything is sent.
import type { NewImageUpload } from '@/api';

export type ImageType = NewImageUpload['contentType'];
export type ImageComplaint = 'notAnImage' | 'tooLarge' | 'empty';

export const IMAGE_TYPES: ImageType[] = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
export const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
const HEAD_BYTES = 12;

/** What each type begins with; of WebP what stands behind the length. */
const BEGINNINGS: [ImageType, RegExp][] = [
  ['image/jpeg', /^\xff\xd8\xff/], ['image/png', /^\x89PNG\r\n\x1a\n/], ['image/gif', /^GIF8[79]a/], ['image/webp', /^RIFF[^]{4}WEBP/],
];

/** A renamed file still is what it is. */
export async function checkImageFile(file: File): Promise<{ type: ImageType } | { complaint: ImageComplaint }> {
  if (file.size === 0) return { complaint: 'empty' };
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const text = String.fromCharCode(...head);
  const type = BEGINNINGS.find(([, beginning]) => beginning.test(text))?.[0];
  if (!type) return { complaint: 'notAnImage' };
  return file.size > MAX_IMAGE_BYTES ? { complaint: 'tooLarge' } : { type };
}
