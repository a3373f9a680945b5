// What is shown as done before the API has said so, and undone where it says no: read marks and one's own preferences. Never stock.
import type { ThunkDispatch, UnknownAction } from '@reduxjs/toolkit';
import type { Notification } from './generated';
import type { api as pagedApi } from './index';

type Api = typeof pagedApi;
type State = Parameters<Api['util']['selectCachedArgsForQuery']>[0];
type Dispatch = ThunkDispatch<State, unknown, UnknownAction>;
interface Patch { undo(): void }

async function undoneOnFailure(answer: Promise<unknown>, patches: Patch[]) {
  try {
    await answer;
  } catch {
    for (const patch of patches) patch.undo();
  }
}

export function showAtOnce(api: Api) {
  const { selectCachedArgsForQuery, updateQueryData } = api.util;

  /** Marks those read in every list that is kept. */
  function markRead(dispatch: Dispatch, state: State, isMeant: (notification: Notification) => boolean): Patch[] {
    return selectCachedArgsForQuery(state, 'notificationPages').map((arg) => dispatch(updateQueryData('notificationPages', arg, ({ pages }) => {
      for (const notification of pages.flatMap(({ items }) => items)) if (isMeant(notification)) notification.isRead = true;
    })));
  }
  const countUnread = (dispatch: Dispatch, after: (count: number) => number): Patch =>
    dispatch(updateQueryData('countUnreadNotifications', {}, (draft) => { draft.count = after(draft.count); }));

  api.enhanceEndpoints({
    endpoints: {
      markNotificationRead: {
        onQueryStarted: ({ notificationId }, { dispatch, getState, queryFulfilled }) => undoneOnFailure(queryFulfilled, [
          ...markRead(dispatch, getState(), (each) => each.notificationId === notificationId), countUnread(dispatch, (count) => Math.max(0, count - 1)),
        ]),
      },
      markAllNotificationsRead: {
        onQueryStarted: (_arg, { dispatch, getState, queryFulfilled }) =>
          undoneOnFailure(queryFulfilled, [...markRead(dispatch, getState(), () => true), countUnread(dispatch, () => 0)]),
      },
      changeOwnAccount: {
        onQueryStarted: ({ accountChange }, { dispatch, queryFulfilled }) =>
          undoneOnFailure(queryFulfilled, [dispatch(updateQueryData('showOwnAccount', {}, (draft) => { Object.assign(draft, accountChange); }))]),
      },
    },
  });
}
