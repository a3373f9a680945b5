'use client';
// For a service that keeps its images elsewhere than in S3: the image goes through the API.
import { useCallback } from 'react';
import { useDispatch } from 'react-redux';
import { api, type Product } from '@/api';
import { entityTag } from '@/api/entityTag';
import { failureOf } from '@/api/problem';
import { sessionEnded } from '@/store/connection';
import { confirmFailed, send } from './imageUpload';
import { isProduct } from './productValues';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Gives the product that shows the image; throws UploadFailed. */
export function useDirectUpload() {
  const dispatch = useDispatch();
  return useCallback(async (file: File, seen: Product, onProgress: (sent: number) => void, signal: AbortSignal): Promise<Product> => {
    const form = new FormData();
    form.append('image', file);
    const { status, text } = await send(`/api/products/${seen.productId}/image`, form, { headers: { 'If-Match': entityTag(seen) }, onProgress, signal });
    const data = parse(text);
    if (status === 200 && isProduct(data)) {
      dispatch(api.util.invalidateTags(['Products', 'Dashboard', 'Audit']));
      return data;
    }
    if (status === 401) dispatch(sessionEnded());
    throw confirmFailed(failureOf({ status, data }), { seen });
  }, [dispatch]);
}
