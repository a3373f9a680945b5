import type { NotificationType } from '@/api';

export const TYPES: NotificationType[] = ['stock_alert', 'order_notification', 'user_activity', 'system'];

/** What the address keeps of the list: ?type=stock_alert&state=unread. */
export function filtersOf(params: URLSearchParams) {
  const state = params.get('state');
  return {
    type: TYPES.find((each) => each === params.get('type')),
    isRead: state === 'read' ? true : state === 'unread' ? false : undefined,
  };
}
