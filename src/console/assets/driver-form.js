import { CREATE_DRIVER, UPDATE_DRIVER } from './documents.js';
import { busy, button, el, notify, openDialog, replace } from './dom.js';
import { changedFields, fieldLabel } from './words.js';

/**
 * @import { Desk } from './desk.js'
 * @import { DriverPanelFragment, RefusalFragment } from './documents.js'
 */

/** @typedef {'firstName' | 'lastName' | 'email' | 'phone' | 'driveriDriverId' | 'referenceId'} FieldName */

/**
 * What was changed: null where a field was emptied.
 * @typedef {Partial<Record<FieldName, string | null>>} Changes
 */

/** @typedef {{ name: FieldName, label: string, type?: string, required?: boolean, hint?: string }} Field */

/** @type {readonly Field[]} */
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
 * @param {Desk} desk
 * @param {DriverPanelFragment | null} driver null: a new one
 * @param {(driver: DriverPanelFragment) => void} [onSaved]
 */
export function openDriverForm(desk, driver, onSaved = () => {}) {
  const isNew = driver === null;
  const { body, footer, close } = openDialog({ title: isNew ? 'New driver' : `Edit ${driver.fullName}` });
  const formId = `driver-form-${++formCount}`;
  const fields = new Map(FIELDS.map((field) => [field.name, formField(field, driver?.[field.name] ?? '')]));
  const general = el('div.field-error', { role: 'alert' });
  const save = el('button.primary', { type: 'submit', form: formId }, isNew ? 'Create' : 'Save');
  let base = driver;

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const entered = Object.fromEntries([...fields].map(([name, { input }]) => [name, input.value]));
    const input = changedFields(/** @type {Record<FieldName, string>} */ (entered), base ?? {});
    if (isNew && input.lastName === undefined) {
      return showRefusals([{ message: 'A last name is needed.', field: ['input', 'lastName'] }]);
    }
    if (Object.keys(input).length === 0) return close();
    return busy(save, () => write(input));
  }

  /** @param {Changes} input */
  async function write(input) {
    const { driver: written, userErrors } = await send(input);
    const isBetween = userErrors.some(({ code }) => code === 'CONFLICT');
    if (isBetween && written !== null) takeOver(written);
    if (userErrors.length > 0 || written === null) return showRefusals(userErrors);
    close();
    notify(isNew ? `${written.fullName} was created.` : 'Saved. Driveri follows.');
    onSaved(written);
    desk.driversChanged();
  }

  /** @param {Changes} changes */
  async function send(changes) {
    if (driver === null) {
      const input = { ...changes, lastName: changes.lastName ?? '' };
      return (await desk.api.run(CREATE_DRIVER, { input })).createDriver;
    }
    const { id, version } = base ?? driver;
    return (await desk.api.run(UPDATE_DRIVER, { input: { id, version, ...changes } })).updateDriver;
  }

  /**
   * What the user did not touch follows; what both changed stays as the user has it, with the other value beside it.
   * @param {DriverPanelFragment} current
   */
  function takeOver(current) {
    for (const [name, { input, hint }] of fields) {
      const [before, now] = [base?.[name] ?? '', current[name] ?? ''];
      if (before === now) continue;
      if (input.value === before) input.value = now;
      else hint.textContent = `Now “${now}”; saving again overwrites it.`;
    }
    base = current;
  }

  /** @param {readonly Pick<RefusalFragment, 'message' | 'field'>[]} userErrors */
  function showRefusals(userErrors) {
    for (const { input, error } of fields.values()) {
      error.textContent = '';
      input.removeAttribute('aria-invalid');
    }
    /** @type {string[]} */
    const others = [];
    let first;
    for (const { message, field: path } of userErrors) {
      const name = path?.at(-1);
      const field = [...fields].find(([key]) => key === name)?.[1];
      if (field === undefined) {
        others.push(name === undefined ? message : `${fieldLabel(name)}: ${message}`);
        continue;
      }
      field.error.textContent = message;
      field.input.setAttribute('aria-invalid', 'true');
      first ??= field.input;
    }
    replace(
      general,
      others.map((text) => el('p', {}, text)),
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
  fields.get('firstName')?.input.focus();
}

/**
 * @param {Field} field
 * @param {string} value what stands in it
 */
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
