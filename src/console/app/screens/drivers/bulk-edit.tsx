import { useState } from 'react';
import { useGateway } from '../../api/gateway';
import { UPDATE_DRIVERS, type UpdateDriverInput } from '../../generated/documents';
import { useDraft } from '../../session/draft';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { Select } from '../../ui/select';
import { useToasts } from '../../ui/toasts';
import { countOf } from '../../words/words';
import { readForExport } from './export';

/** Fields that several drivers can have the same value of. */
const FIELDS = [
  { key: 'timeZone', label: 'Time zone', hint: 'As the GPS portal names it, for example US/Arizona.' },
  {
    key: 'groups',
    label: 'GPS groups',
    hint: 'All groups of the drivers, separated by commas. They must exist in GPS.',
  },
  { key: 'email', label: 'E-mail', hint: 'Empty clears it.' },
  { key: 'phone', label: 'Phone', hint: 'Empty clears it.' },
] as const;

type FieldKey = (typeof FIELDS)[number]['key'];

const BATCH = 25;

/** What could not be written, driver by driver. */
interface Refused {
  readonly name: string;
  readonly why: string;
}

/** Gives one field of many drivers one value; what is refused is shown, and the rest is written. */
export function BulkEdit(props: { readonly ids: readonly string[]; readonly onClose: () => void }) {
  const { ids, onClose } = props;
  const [draft, setDraft, discard] = useDraft<{ readonly field: FieldKey; readonly value: string }>(
    'bulk-edit',
    {
      field: 'timeZone',
      value: '',
    },
  );
  const bulk = useBulkEdit(ids, () => {
    discard();
    onClose();
  });
  const field = FIELDS.find(({ key }) => key === draft.field) ?? FIELDS[0];
  return (
    <Dialog
      title={`Edit ${countOf(ids.length, 'driver')}`}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            kind="primary"
            isPending={bulk.done !== null}
            onPress={() => void bulk.run(draft.field, draft.value.trim())}
          >
            {bulk.done === null ? 'Save' : `${bulk.done} of ${ids.length}`}
          </Button>
        </>
      }
    >
      <Select
        label="Field"
        options={FIELDS}
        value={draft.field}
        onChange={(key) => setDraft({ field: key as FieldKey, value: '' })}
      />
      <Field
        label={field.label}
        name="value"
        hint={field.hint}
        value={draft.value}
        onChange={(value) => setDraft({ ...draft, value })}
      />
      <p>
        {countOf(ids.length, 'driver')} {ids.length === 1 ? 'gets' : 'get'} this value in GPS; Driveri
        follows.
      </p>
      {bulk.refused.length === 0 ? null : (
        <div role="alert" className="problem">
          <p className="message">{countOf(bulk.refused.length, 'driver')} could not be written:</p>
          <ul>
            {bulk.refused.map(({ name, why }) => (
              <li key={name + why}>
                <bdi>{name}</bdi>: {why}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  );
}

function useBulkEdit(ids: readonly string[], onDone: () => void) {
  const { client } = useGateway();
  const { show, showError } = useToasts();
  const [done, setDone] = useState<number | null>(null);
  const [refused, setRefused] = useState<readonly Refused[]>([]);
  const write = async (field: FieldKey, value: string): Promise<void> => {
    const drivers = await readForExport(client, { filter: {}, orderBy: null }, ids);
    const failed: Refused[] = [];
    for (let from = 0; from < drivers.length; from += BATCH) {
      const batch = drivers.slice(from, from + BATCH);
      const inputs = batch.map(({ id, version }) => ({ id, version, ...changeOf(field, value) }));
      const { data, error } = await client.mutation(UPDATE_DRIVERS, { inputs }).toPromise();
      if (data === undefined) throw error ?? new Error('The gateway answered nothing.');
      data.updateDrivers.forEach(({ userErrors }, index) => {
        const name = batch[index]?.fullName ?? '';
        failed.push(...userErrors.map(({ message }) => ({ name, why: message })));
      });
      setDone(from + batch.length);
    }
    setRefused(failed);
    if (failed.length > 0) return;
    show({ tone: 'good', text: `${countOf(drivers.length, 'driver')} saved in GPS. Driveri follows.` });
    onDone();
  };
  const run = async (field: FieldKey, value: string): Promise<void> => {
    setDone(0);
    try {
      await write(field, value);
    } catch (error) {
      showError(error);
    } finally {
      setDone(null);
    }
  };
  return { run, done, refused };
}

function changeOf(field: FieldKey, value: string): Omit<UpdateDriverInput, 'id'> {
  if (field !== 'groups') return { [field]: value === '' ? null : value };
  const groups = value.split(',').map((group) => group.trim());
  return { groups: groups.filter((group) => group !== '') };
}
