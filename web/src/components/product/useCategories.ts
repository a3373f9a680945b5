'use client';
import { useState } from 'react';
import { useReportStockValueQuery } from '@/api';

/** Which categories there are: none before they are `wanted`, or `want` is called. It is a report over all products. */
export function useCategories(wanted = false) {
  const [asked, setAsked] = useState(wanted);
  const { data } = useReportStockValueQuery({}, { skip: !asked });
  return { categories: data?.categories.flatMap(({ category }) => category ?? []) ?? [], want: () => setAsked(true) };
}
