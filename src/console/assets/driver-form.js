import { CREATE_DRIVER, UPDATE_DRIVER } from './documents.js';
import { busy, button, el, notify, openDialog, replace } from './dom.js';
import { changedFields, fieldLabel } from './words.js';

const FIELDS = [
  { name: 'firstName', label: 'First name' },
  { name: 'lastName', label: 'Last name', required: true },
  { name: 'email', label: 'E-mail', type: 'email' },
  { name: 'phone', label: 'Phone', type: 'tel' },
  {
    name: 'driveriDriverId',
    label: 'DriverID',
    hint: 'One that exists in Driveri links to the driver who has it; another one renames.',
  },
  { name: 'referenceId', label: 'Ref ID' },
];

let formCount = 0;

/**
 * Edits a driver, or makes a new one. What the API refuses is shown at its field. Somebody else's edit in between is shown, and
 * not overwritten unless it is saved again.
 *
 * @param {any} desk
 * @param {any} driver null: a new one
 * @param {(driver: any) => void} [onSaved]
 */
export function openDriverForm(desk, driver, onSaved = () => {}) {
  const isNew = driver === null;
  const { body, footer, close } = openDialog({ title: isNew ? 'New driver' : `Edit ${driver.fullName}` });
  const formId = `driver-form-${++formCount}`;
  const fields = new Map(FIELDS.map((field) => [field.name, formField(field, driver?.[field.name] ?? '')]));
  const general = el('div.field-error', { role: 'alert' });
  const save = el('button.primary', { type: 'submit', form: formId }, isNew ? 'Create' : 'Save');
  let base = driver ?? {};

  function submit(event) {
    event.preventDefault();
    const entered = Object.fromEntries([...fields].map(([name, { input }]) => [name, input.value]));
    const input = changedFields(entered, base);
    if (isNew && input.lastName === undefined) {
      return showRefusals([{ message: 'A last name is needed.', field: ['input', 'lastName'] }]);
    }
    if (Object.keys(input).length === 0) return close();
    return busy(save, () => write(input));
  }

  async function write(input) {
    const [document, variables] = isNew
      ? [CREATE_DRIVER, { input }]
      : [UPDATE_DRIVER, { input: { id: driver.id, version: base.version, ...input } }];
    const payload = Object.values(await desk.api.run(document, variables))[0];
    const isBetween = payload.userErrors.some(({ code }) => code === 'CONFLICT');
    if (isBetween && payload.driver !== null) takeOver(payload.driver);
    if (payload.userErrors.length > 0) return showRefusals(payload.userErrors);
    close();
    notify(isNew ? `${payload.driver.fullName} was created.` : 'Saved. Driveri follows.');
    onSaved(payload.driver);
    desk.driversChanged();
  }

  /** What the user did not touch follows; what both changed stays as the user has it, with the other value beside it. */
  function takeOver(current) {
    for (const [name, { input, hint }] of fields) {
      const [before, now] = [base[name] ?? '', current[name] ?? ''];
      if (before === now) continue;
      if (input.value === before) input.value = now;
      else hint.textContent = `Now “${now}”; saving again overwrites it.`;
    }
    base = current;
  }

  function showRefusals(userErrors) {
    for (const { input, error } of fields.values()) {
      error.textContent = '';
      input.removeAttribute('aria-invalid');
    }
    const others = [];
    let first;
    for (const userError of userErrors) {
      const field = fields.get(userError.field?.at(-1));
      if (field === undefined) {
        others.push(userError);
        continue;
      }
      field.error.textContent = userError.message;
      field.input.setAttribute('aria-invalid', 'true');
      first ??= field.input;
    }
    replace(
      general,
      others.map(({ message, field }) =>
        el('p', {}, field?.length > 0 ? `${fieldLabel(field.at(-1))}: ${message}` : message),
      ),
    );
    first?.focus();
  }

  replace(
    body,
    el(
      'form.fields',
      { id: formId, novalidate: true, autocomplete: 'off', on: { submit } },
      general,
      [...fields.values()].map(({ element }) => element),
    ),
  );
  replace(
    footer,
    button('Cancel', () => close()),
    save,
  );
  fields.get('firstName').input.focus();
}

function formField({ name, label, type = 'text', required = false, hint = '' }, value) {
  const id = `field-${formCount}-${name}`;
  const input = el('input', {
    id,
    name,
    type,
    value,
    required,
    autocomplete: 'off',
    'aria-describedby': `${id}-error ${id}-hint`,
  });
  const error = el('p.field-error', { id: `${id}-error` });
  const hintElement = el('p.fine', { id: `${id}-hint` }, hint);
  const text = required ? [label, el('span.fine', {}, ' (needed)')] : label;
  return {
    input,
    error,
    hint: hintElement,
    element: el('div.field', {}, el('label', { for: id }, text), input, error, hintElement),
  };
}
