import { useState, type FormEvent } from 'react';
import { useAction } from '../../api/use-action';
import {
  CREATE_DRIVER,
  UPDATE_DRIVER,
  type DriverPageFragment,
  type RefusalFragment,
} from '../../generated/documents';
import { useDraft } from '../../session/draft';
import { Field } from '../../ui/field';
import { useToasts } from '../../ui/toasts';
import { fieldLabel } from '../../words/words';
import { changesOf, FIELDS, fieldsOf, mergeEdits, type Entered, type FieldName } from './driver-fields';

/** What the form holds over a reload: what was typed, and the driver that it was typed over. */
interface Draft {
  readonly entered: Entered;
  readonly before: Entered;
  readonly version: string | null;
  readonly others: Partial<Record<FieldName, string>>;
}

/** What a form needs around it: its fields, and how it stands. */
export interface DriverForm {
  readonly fields: React.ReactNode;
  readonly isSaving: boolean;
  readonly submit: (event?: FormEvent) => void;
  /** Forgets what was typed. */
  readonly discard: () => void;
}

/**
 * Edits a driver, or makes a new one (null). What the API refuses is shown at its field. Another edit in between is shown, and
 * not overwritten unless it is saved again.
 */
export function useDriverForm(
  driver: DriverPageFragment | null,
  onSaved: (driver: DriverPageFragment) => void,
): DriverForm {
  const before = fieldsOf(driver);
  const [draft, setDraft, discard] = useDraft<Draft>(`driver:${driver?.id ?? 'new'}`, {
    entered: before,
    before,
    version: driver?.version ?? null,
    others: {},
  });
  const [errors, setErrors] = useState<readonly RefusalFragment[]>([]);
  const { show } = useToasts();
  const save = useSave(driver?.id ?? null);

  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (draft.entered.lastName.trim() === '')
      return setErrors([{ code: 'REQUIRED', message: 'A last name is needed.', field: ['lastName'] }]);
    void send();
  };
  const send = async (): Promise<void> => {
    const changes = changesOf(draft.entered, draft.before);
    if (driver !== null && Object.keys(changes).length === 0) {
      discard();
      return onSaved(driver);
    }
    const payload = await save.run(changes, draft);
    if (payload === null) return;
    setErrors(payload.userErrors);
    if (payload.userErrors.some(({ code }) => code === 'CONFLICT') && payload.driver !== null)
      setDraft(rebased(draft, payload.driver));
    if (payload.userErrors.length > 0 || payload.driver === null) return;
    for (const { message } of payload.warnings) show({ tone: 'warn', text: message });
    discard();
    onSaved(payload.driver);
  };
  const fields = (
    <Fields
      draft={draft}
      errors={errors}
      onChange={(name, value) => setDraft({ ...draft, entered: { ...draft.entered, [name]: value } })}
    />
  );
  return { fields, isSaving: save.isRunning, submit, discard };
}

/** After another edit: what the user typed, over what stands there now. */
function rebased(draft: Draft, current: DriverPageFragment): Draft {
  const now = fieldsOf(current);
  return { ...mergeEdits(draft.entered, draft.before, now), before: now, version: current.version };
}

function useSave(id: string | null) {
  const create = useAction(CREATE_DRIVER, { showsRefusals: false });
  const update = useAction(UPDATE_DRIVER, { showsRefusals: false });
  const run = async (changes: ReturnType<typeof changesOf>, { entered, version }: Draft) => {
    if (id === null) {
      const done = await create.run({ input: { ...changes, lastName: entered.lastName.trim() } });
      return done?.createDriver ?? null;
    }
    const done = await update.run({ input: { id, ...(version === null ? {} : { version }), ...changes } });
    return done?.updateDriver ?? null;
  };
  return { run, isRunning: create.isRunning || update.isRunning };
}

function Fields(props: {
  readonly draft: Draft;
  readonly errors: readonly RefusalFragment[];
  readonly onChange: (name: FieldName, value: string) => void;
}) {
  const { draft, errors, onChange } = props;
  const nameOf = ({ field }: RefusalFragment): string | undefined =>
    field?.find((part) => FIELDS.some(({ name }) => name === part));
  const general = errors.filter((error) => nameOf(error) === undefined);
  return (
    <div className="fields">
      <div role="alert">
        {general.map(({ code, message, field }) => (
          <p key={code + message} className="field-error">
            {field?.at(-1) === undefined || code === 'CONFLICT' ? '' : `${fieldLabel(field.at(-1) ?? '')}: `}
            {message}
          </p>
        ))}
      </div>
      {FIELDS.map((field) => (
        <Field
          key={field.name}
          name={field.name}
          label={field.label}
          type={field.type}
          isRequired={field.isRequired}
          value={draft.entered[field.name]}
          onChange={(value) => onChange(field.name, value)}
          error={errors.find((error) => nameOf(error) === field.name)?.message}
          hint={hintFor(field, draft.others[field.name])}
        />
      ))}
    </div>
  );
}

const hintFor = (field: (typeof FIELDS)[number], other: string | undefined): string | undefined =>
  other === undefined
    ? 'hint' in field
      ? field.hint
      : undefined
    : `Changed by somebody else to “${other === '' ? 'nothing' : other}”; saving again overwrites it.`;
