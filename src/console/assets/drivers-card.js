import { DRIVERS } from './documents.js';
import { badge, button, debounce, el, replaceFor, showError, valueOf } from './dom.js';
import { openDriverForm } from './driver-form.js';
import { countOf, DRIVER_STATUS, fieldLabel, PRESENCE, wordFor } from './words.js';

/**
 * @import { Desk } from './desk.js'
 * @import { ConsoleDriversQuery, DriverLineFragment, DriverPresence, DriverSyncStatus } from './documents.js'
 */

/** @typedef {ReturnType<typeof createDriversCard>} DriversCard */

const PAGE_SIZE = 25;

/** The account's drivers: searched, filtered, page by page. `refresh` reads the page that is shown again. @param {Desk} desk */
export function createDriversCard(desk) {
  const search = el('input', {
    type: 'search',
    placeholder: 'Name, e-mail, phone, Ref ID, DriverID',
    spellcheck: 'false',
    on: { input: debounce(() => firstPage(), 250) },
  });
  const status = filterOf(
    'Any status',
    Object.entries(DRIVER_STATUS).map(([key, { label }]) => [key, label]),
    () => firstPage(),
  );
  const presence = filterOf('Any portal', Object.entries(PRESENCE), () => firstPage());
  const rows = el('tbody');
  const summary = el('p.fine', { role: 'status' }, 'Loading …');
  const previous = button('Previous', () => turn(-1));
  const next = button('Next', () => turn(1));

  /** Where each page that was turned to begins; the last is the one that is shown. */
  /** @type {readonly (string | null)[]} */
  let starts = [null];
  /** @type {string | null} */
  let endCursor = null;
  let asked = 0;

  async function load() {
    const mine = ++asked;
    const { drivers } = await desk.api.run(DRIVERS, {
      first: PAGE_SIZE,
      after: starts.at(-1) ?? null,
      filter: {
        search: search.value.trim() === '' ? null : search.value.trim(),
        // The options of both lists are words of the schema.
        status: status.value === '' ? null : [/** @type {DriverSyncStatus} */ (status.value)],
        presence: presence.value === '' ? null : [/** @type {DriverPresence} */ (presence.value)],
      },
    });
    if (mine !== asked) return;
    // A page that has emptied meanwhile: back to one that has not.
    if (drivers.nodes.length === 0 && starts.length > 1) return turn(-1);
    show(drivers);
  }

  /** @param {ConsoleDriversQuery['drivers']} page */
  function show({ nodes, pageInfo, totalCount }) {
    const { activeElement } = document;
    const focused = rows.contains(activeElement) ? activeElement?.closest('tr')?.dataset['id'] : undefined;
    endCursor = pageInfo.endCursor;
    replaceFor(rows, nodes, () => [
      nodes.map((driver) => driverRow(desk, driver)),
      nodes.length === 0 && el('tr', {}, el('td.empty', { colspan: 5 }, 'No driver is found.')),
    ]);
    if (focused !== undefined) buttonIn(rows, focused)?.focus();
    const from = (starts.length - 1) * PAGE_SIZE + 1;
    summary.textContent =
      nodes.length === 0
        ? countOf(0, 'driver')
        : `${from}–${from + nodes.length - 1} of ${countOf(totalCount, 'driver')}`;
    previous.disabled = starts.length === 1;
    next.disabled = !pageInfo.hasNextPage;
  }

  /**
   * Neither button can be pressed until the page is there: the next one's cursor is not known before.
   * @param {1 | -1} direction
   */
  async function turn(direction) {
    const before = starts;
    starts = direction > 0 ? [...starts, endCursor] : starts.slice(0, -1);
    previous.disabled = next.disabled = true;
    try {
      await load();
    } catch (error) {
      starts = before;
      showError(error);
      (direction > 0 ? next : previous).disabled = false;
    }
  }

  function firstPage() {
    starts = [null];
    load().catch(showError);
  }

  firstPage();
  return {
    refresh: () => load().catch(showError),
    /** @param {DriverSyncStatus} wanted */
    filterBy(wanted) {
      status.value = wanted;
      presence.value = '';
      search.value = '';
      firstPage();
      status.focus();
    },
    element: el(
      'section.card',
      { 'aria-labelledby': 'drivers-title' },
      el(
        'div.card-title',
        {},
        el('h2', { id: 'drivers-title' }, 'Drivers'),
        desk.canWrite && button('New driver', () => openDriverForm(desk, null), 'plain'),
      ),
      el(
        'div.toolbar',
        { role: 'search' },
        el('label.grow', {}, el('span.hidden', {}, 'Search drivers'), search),
        el('label', {}, el('span.hidden', {}, 'Status'), status),
        el('label', {}, el('span.hidden', {}, 'Portal'), presence),
      ),
      driverTable(rows),
      el('div.pager', {}, summary, el('div', {}, previous, next)),
    ),
  };
}

/**
 * @param {HTMLElement} rows
 * @param {string} id of a driver
 * @returns {HTMLButtonElement | null}
 */
const buttonIn = (rows, id) => rows.querySelector(`tr[data-id="${CSS.escape(id)}"] button`);

/**
 * @param {string} any the label of the first option: no filter
 * @param {readonly (readonly [value: string, label: string])[]} options
 * @param {() => void} onChange
 */
function filterOf(any, options, onChange) {
  return el(
    'select',
    { on: { change: onChange } },
    el('option', { value: '' }, any),
    options.map(([value, label]) => el('option', { value }, label)),
  );
}

/** @param {HTMLElement} rows */
function driverTable(rows) {
  return el(
    'table.drivers',
    {},
    el('caption.hidden', {}, 'Drivers of both portals'),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        ['Name', 'DriverID', 'Known to', 'Status', 'Differs in'].map((head) =>
          el('th', { scope: 'col' }, head),
        ),
      ),
    ),
    rows,
  );
}

/**
 * @param {Desk} desk
 * @param {DriverLineFragment} driver
 */
function driverRow(desk, { id, fullName, driveriDriverId, presence, sync }) {
  /** @param {Event} event */
  const open = (event) => {
    // Text that is being selected in a row is not a click on it.
    if (String(getSelection()) !== '') return;
    event.stopPropagation();
    desk.openDriver(id);
  };
  const fields = sync.differences.map(({ field }) => fieldLabel(field));
  return el(
    'tr',
    { 'data-id': id, on: { click: open } },
    el('td.name', {}, button(fullName, open, 'link')),
    el('td.code', { 'data-label': 'DriverID' }, valueOf(driveriDriverId)),
    el('td', { 'data-label': 'Known to' }, PRESENCE[presence] ?? presence),
    el(
      'td',
      { 'data-label': 'Status' },
      badge(wordFor(DRIVER_STATUS, sync.status)),
      sync.problem && el('p.fine', {}, sync.problem.message),
    ),
    el('td', { 'data-label': 'Differs in' }, valueOf(fields.join(', '))),
  );
}
