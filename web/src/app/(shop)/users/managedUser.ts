import { z } from 'zod/mini';

/** Those that an administrator can give, the least first. */
export const ROLES = ['viewer', 'staff', 'admin'] as const;

const schema = z.looseObject({
  userId: z.string(),
  name: z.string(),
  role: z.enum(['none', ...ROLES]),
  disabled: z.boolean(),
  version: z.number(),
});

/** Of a user, what a refusal is about. */
export type CurrentUser = z.infer<typeof schema>;

/** The user in the `current` of a 409 or 412; undefined where there is none. */
export const asManagedUser = (current: unknown): CurrentUser | undefined => schema.safeParse(current).data;
