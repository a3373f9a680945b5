// The three steps by which an image gets into S3 without passing our servers, and what can go wrong at each.
import type { ImageUpload, Product } from '@/api';
import { maybeCarriedOut, type Failure } from '@/api/problem';
import { AnswerLost, postForm, type PostedAnswer } from './postForm';
import { isProduct } from './productValues';

/** A text of `productImage.problems`. */
export type UploadProblem = 'beginLost' | 'sendLost' | 'expired' | 'storeTooLarge' | 'storeRefused' | 'storeBroken' | 'confirmLost' | 'notThere' | 'otherImage' | 'gone' | 'stale';

/** Where the next attempt goes on: with the product as it is now, and at the confirmation when the image is there already. */
export interface Resume {
  seen: Product;
  uploadId?: string;
}

/** A step did not work. What the API itself says of it is in `failure`. */
export class UploadFailed extends Error {
  constructor(readonly problem: UploadProblem | undefined, readonly failure?: Failure, readonly resume?: Resume) {
    super(problem);
  }
}

/** S3 names its reason in XML: an expired form, a file of another length than the one that was announced. */
function refusalOf({ status, text }: PostedAnswer): UploadProblem {
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  if (code === 'AccessDenied' && /expired/i.test(text)) return 'expired';
  if (code === 'EntityTooLarge' || code === 'EntityTooSmall') return 'storeTooLarge';
  return status >= 500 ? 'storeBroken' : 'storeRefused';
}

/** Sends a form; gives the answer, whatever it is. */
export async function send(url: string, form: FormData, settings: Parameters<typeof postForm>[2]): Promise<PostedAnswer> {
  try {
    return await postForm(url, form, settings);
  } catch (error) {
    throw error instanceof AnswerLost ? new UploadFailed('sendLost') : error;
  }
}

/** Puts the file where the API says, in its form: all fields as they are, the file last. */
export async function sendToStore({ url, fields }: ImageUpload, file: File, onProgress: (sent: number) => void, signal: AbortSignal) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file);
  const answer = await send(url, form, { onProgress, signal });
  if (answer.status >= 300) throw new UploadFailed(refusalOf(answer));
}

export const beginFailed = (failure: Failure | undefined) => new UploadFailed(failure?.status === 0 ? 'beginLost' : undefined, failure);

const CONFIRM_PROBLEMS: Record<number, UploadProblem> = { 404: 'gone', 409: 'notThere', 412: 'stale', 422: 'otherImage' };

/** After a lost answer, and when a newer version was named, it can be confirmed again; after the others a new upload is needed. */
export function confirmFailed(failure: Failure | undefined, { seen, uploadId }: Resume) {
  if (!failure) return new UploadFailed(undefined);
  if (maybeCarriedOut(failure)) return new UploadFailed('confirmLost', failure, { seen, uploadId });
  const current = isProduct(failure.current) ? failure.current : undefined;
  return new UploadFailed(CONFIRM_PROBLEMS[failure.status], failure, current && { seen: current, uploadId });
}
