'use client';
import { Button, Drawer, Group, Modal, Text } from '@mantine/core';
import { useCallback, useRef, useState, type ReactNode } from 'react';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';
import { useLeaveGuard } from './useLeaveGuard';

export interface DrawerForm {
  /** Whether there is something entered that is not saved. */
  setDirty: (dirty: boolean) => void;
  /** A dialog lies over the drawer and has the keyboard. */
  setCovered: (covered: boolean) => void;
  /** Asks first when something would be lost. */
  leave: () => void;
  /** It is saved: closes the drawer. */
  finish: () => void;
}

interface Props {
  title: string;
  onClose: () => void;
  children: (form: DrawerForm) => ReactNode;
}

/** A form in a drawer, mounted while it is open. What was entered is not lost without being asked for it. */
export function FormDrawer({ title, onClose, children }: Props) {
  const states = useTexts(statesTexts);
  // No state: Escape and Back may come sooner after a key than another rendering.
  const dirty = useRef(false);
  const setDirty = useCallback((next: boolean) => { dirty.current = next; }, []);
  const [covered, setCovered] = useState(false);
  const [asking, setAsking] = useState(false);
  // A moment later: the Escape that asks would be taken by the question as well, and close it.
  const ask = useCallback(() => { setTimeout(() => setAsking(true)); }, []);
  useLeaveGuard(dirty, ask);
  const leave = () => (dirty.current ? ask() : onClose());
  const below = asking || covered;
  return (
    <>
      <Drawer
        opened onClose={leave} title={title} position="right" size="min(100vw, 520px)" closeOnEscape={!below} trapFocus={!below}
        closeButtonProps={{ 'aria-label': states.close }}
      >
        {children({ setDirty, setCovered, leave, finish: onClose })}
      </Drawer>
      <Modal opened={asking} onClose={() => setAsking(false)} title={states.leaveTitle} centered closeButtonProps={{ 'aria-label': states.close }}>
        <Text size="sm" mb="lg">{states.leave}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setAsking(false)} data-autofocus>{states.leaveNo}</Button>
          <Button color="red.9" onClick={onClose}>{states.leaveYes}</Button>
        </Group>
      </Modal>
    </>
  );
}
