'use client';
// A change of a user as they were seen: refused when somebody else was faster, with both versions then.
import { useCallback, useState } from 'react';
import { useChangeUserMutation, type ManagedUser, type UserChange } from '@/api';
import { entityTag } from '@/api/entityTag';
import { failureOf } from '@/api/problem';
import { useSubmission } from '@/components/forms/useSubmission';
import { asManagedUser, type CurrentUser } from './managedUser';

/** Whether that is what the change asks for. */
const is = ({ name, role, disabled }: CurrentUser, change: UserChange) => Object.entries(change).every(([field, value]) => ({ name, role, disabled } as UserChange)[field as keyof UserChange] === value);

export function useUserChange(user: ManagedUser) {
  const [send] = useChangeUserMutation();
  // As the user was when this was begun, or as they are since the last conflict.
  const [base, setBase] = useState<CurrentUser>(user);
  const { submit, busy, failure, forget } = useSubmission(useCallback(async ({ change, version }: { change: UserChange; version: number }) => {
    try {
      return await send({ userId: user.userId, 'If-Match': entityTag({ version }), userChange: change }).unwrap();
    } catch (error) {
      // The answer to the same change was lost before, or somebody else has made it.
      const failed = failureOf(error);
      const there = failed?.status === 412 ? asManagedUser(failed.current) : undefined;
      if (there && is(there, change)) return there;
      throw error;
    }
  }, [send, user.userId]));
  const theirs = failure?.status === 412 ? asManagedUser(failure.current) : undefined;
  return {
    base,
    change: (change: UserChange) => submit({ change, version: base.version }),
    busy,
    /** But for a conflict, which has a dialog of its own. */
    failure: theirs ? undefined : failure,
    theirs,
    /** Over what is there now. */
    changeOver: (change: UserChange) => submit({ change, version: theirs?.version ?? base.version }),
    takeTheirs: () => {
      if (theirs) setBase(theirs);
      forget();
    },
  };
}
