'use client';
// An upload from its beginning to the product that shows it, and what can be done when a step fails.
import { useEffect, useRef, useState } from 'react';
import { useBeginImageUploadMutation, useConfirmImageUploadMutation, type Product } from '@/api';
import { entityTag } from '@/api/entityTag';
import { failureOf, type Failure } from '@/api/problem';
import { beginFailed, confirmFailed, sendToStore, UploadFailed, type Resume, type UploadProblem } from './imageUpload';
import type { ImageType } from './imageFile';
import { useDirectUpload } from './useDirectUpload';

export interface ChosenImage { file: File; type: ImageType }

export type UploadState =
  | { at: 'start' | 'beginning' | 'confirming' | 'stopped' }
  | { at: 'sending'; sent: number }
  | { at: 'failed'; problem?: UploadProblem; failure?: Failure; resume?: Resume };

export const isBusy = ({ at }: UploadState) => at === 'beginning' || at === 'sending' || at === 'confirming';

/** `product`: as it was seen when the dialog was opened. */
export function useImageUpload(product: Product, onDone: () => void) {
  const [state, setState] = useState<UploadState>({ at: 'start' });
  const running = useRef<AbortController>(undefined);
  const [begin] = useBeginImageUploadMutation();
  const [confirm] = useConfirmImageUploadMutation();
  const sendDirectly = useDirectUpload();
  const { productId } = product;
  useEffect(() => () => running.current?.abort(), []);

  const finish = async (uploadId: string, seen: Product) => {
    setState({ at: 'confirming' });
    try {
      await confirm({ productId, uploadId, 'If-Match': entityTag(seen) }).unwrap();
    } catch (error) {
      throw confirmFailed(failureOf(error), { seen, uploadId });
    }
  };

  const upload = async ({ file, type }: ChosenImage, seen: Product, signal: AbortSignal) => {
    const onProgress = (sent: number) => setState({ at: 'sending', sent });
    setState({ at: 'beginning' });
    const announced = await begin({ productId, newImageUpload: { contentType: type, contentLength: file.size } });
    signal.throwIfAborted();
    const failure = failureOf(announced.error);
    onProgress(0);
    if (failure?.status === 501) {
      await sendDirectly(file, seen, onProgress, signal);
    } else if (announced.data) {
      await sendToStore(announced.data, file, onProgress, signal);
      await finish(announced.data.uploadId, seen);
    } else throw beginFailed(failure);
  };

  const run = async (step: (signal: AbortSignal) => Promise<void>) => {
    const controller = new AbortController();
    running.current = controller;
    try {
      await step(controller.signal);
      onDone();
    } catch (error) {
      if (controller.signal.aborted) setState({ at: 'stopped' });
      else if (error instanceof UploadFailed) setState({ at: 'failed', problem: error.problem, failure: error.failure, resume: error.resume });
      else throw error;
    }
  };
  /** Goes on where it failed, if it did. */
  const start = (chosen: ChosenImage) => {
    if (isBusy(state)) return;
    const { uploadId, seen = product } = (state.at === 'failed' && state.resume) || {};
    void run((signal) => (uploadId ? finish(uploadId, seen) : upload(chosen, seen, signal)));
  };
  return { state, start, stop: () => running.current?.abort(), reset: () => setState({ at: 'start' }) };
}
