// A form with a file is sent by XMLHttpRequest: fetch does not tell how much of it is sent.

export interface PostedAnswer {
  status: number;
  text: string;
}

interface Settings {
  headers?: Record<string, string>;
  /** From 0 to 1. */
  onProgress: (sent: number) => void;
  signal: AbortSignal;
}

/** The connection broke, or the answer may not be read. */
export class AnswerLost extends Error {}

/** Gives the answer, whatever it is; throws AnswerLost, or the signal's reason when it was stopped. */
export function postForm(url: string, form: FormData, { headers = {}, onProgress, signal }: Settings): Promise<PostedAnswer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }));
    request.addEventListener('error', () => reject(new AnswerLost('no answer')));
    request.addEventListener('abort', () => reject(signal.reason));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
