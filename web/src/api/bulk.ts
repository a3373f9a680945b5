// One of many bookings: whoever makes them says when all are done, and what that makes old is asked for once.
import type { MoveStockApiArg, Movement } from './generated';
import type { Builder } from './pages';

export function bulkEndpoints(build: Builder) {
  return {
    /** As moveStock, but makes nothing old. */
    moveStockOfOne: build.mutation<Movement, MoveStockApiArg>({
      query: ({ productId, newMovement, ...headers }) => ({
        url: `/products/${productId}/movements`, method: 'POST', body: newMovement, headers: { 'Idempotency-Key': headers['Idempotency-Key'] },
      }),
    }),
  };
}
