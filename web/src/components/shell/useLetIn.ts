'use client';
// Who the caller is to the API, and whether it lets them in at all.
import { useCountUnreadNotificationsQuery, useGetSettingsQuery, useShowOwnAccountQuery } from '@/api';
import { failureOf, wordsOf } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';

const RETRY_MS = 10_000;
/** The business's day ends while a page stays open: what is booked then is of the next one. */
const DAY_CHECK_MS = 60_000;

/** What every page needs is asked again until it is there: with the API away, a page came without it. */
function useNeeded() {
  const failed = [useShowOwnAccountQuery({}).isError, useGetSettingsQuery({}).isError].some(Boolean);
  useShowOwnAccountQuery({}, { pollingInterval: failed ? RETRY_MS : 0, skipPollingIfUnfocused: true });
  useGetSettingsQuery({}, { pollingInterval: failed ? RETRY_MS : DAY_CHECK_MS, skipPollingIfUnfocused: true, refetchOnFocus: true });
}

/** Why the caller is not let in: told while the page was made, or since then. The unread count is what is asked for all the time. */
export function useRefusal(told: string | undefined): string | undefined {
  const states = useTexts(statesTexts);
  useNeeded();
  const failure = failureOf(useCountUnreadNotificationsQuery({}).error);
  return told ?? (failure?.status === 403 ? wordsOf(failure, states).detail : undefined);
}
