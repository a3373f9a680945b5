'use client';
import { Button, Group, Modal, Table, Text } from '@mantine/core';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';

interface Props {
  opened: boolean;
  /** What differs: as it is called, as it was entered here, and as it is saved now. */
  fields: { label: string; mine: string; theirs: string }[];
  busy?: boolean;
  /** Saves what was entered over what is there now. */
  onKeepMine: () => void;
  /** Takes what is there now into the form. */
  onTakeTheirs: () => void;
  onClose: () => void;
}

/** Both versions side by side, of a record that somebody else has changed in the meantime (409, 412). */
export function ConflictDialog({ opened, fields, busy, onKeepMine, onTakeTheirs, onClose }: Props) {
  const states = useTexts(statesTexts);
  return (
    <Modal opened={opened} onClose={onClose} title={states.conflictTitle} size="lg" closeButtonProps={{ 'aria-label': states.close }}>
      <Text size="sm" mb="md">{states.conflict}</Text>
      <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table withRowBorders>
          <Table.Thead><Table.Tr><Table.Th scope="col">{states.field}</Table.Th><Table.Th scope="col">{states.yours}</Table.Th><Table.Th scope="col">{states.theirs}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {fields.map(({ label, mine, theirs }) => (
              <Table.Tr key={label}><Table.Th scope="row">{label}</Table.Th><Table.Td>{mine}</Table.Td><Table.Td>{theirs}</Table.Td></Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onTakeTheirs} disabled={busy}>{states.takeTheirs}</Button>
        <Button onClick={onKeepMine} loading={busy}>{states.keepMine}</Button>
      </Group>
    </Modal>
  );
}
