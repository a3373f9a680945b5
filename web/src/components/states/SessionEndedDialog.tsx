'use client';
import { Button, Modal, Text } from '@mantine/core';
import { usePathname, useSearchParams } from 'next/navigation';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';

/** Over a page when the API knows the caller no more; signing in leads back to where one was. */
export default function SessionEndedDialog() {
  const states = useTexts(statesTexts);
  const query = useSearchParams().toString();
  const here = usePathname() + (query ? `?${query}` : '');
  return (
    <Modal opened onClose={() => {}} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title={states.expiredTitle} centered>
      <Text mb="lg">{states.expired}</Text>
      <Button component="a" href={`/auth/sign-in?return=${encodeURIComponent(here)}`} fullWidth data-autofocus>{states.signIn}</Button>
    </Modal>
  );
}
