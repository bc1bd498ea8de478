import { DELETE_DRIVER, DRIVER_CHANGES, DRIVER_DETAIL, REFRESH_DRIVER } from './documents.js';
import {
  ask,
  badge,
  busy,
  button,
  el,
  notify,
  openDialog,
  problemBox,
  replace,
  showError,
  showUserErrors,
  valueOf,
} from './dom.js';
import { openDriverForm } from './driver-form.js';
import { eventLine } from './events-card.js';
import { DRIVER_STATUS, PRESENCE, wordFor } from './words.js';

/**
 * @import { Desk } from './desk.js'
 * @import { Dialog } from './dom.js'
 * @import { DriveriSideFragment, DriverPanelFragment, GpsSideFragment } from './documents.js'
 * @import { Child } from './elements.js'
 */

/**
 * @typedef {readonly [
 *   label: string,
 *   ofGps: ((gps: GpsSideFragment) => Child) | null,
 *   ofDriveri: ((driveri: DriveriSideFragment) => Child) | null,
 *   difference?: string,
 * ]} Line
 */

/** @typedef {DriverPanelFragment['sync']} DriverSync */

/**
 * Line by line: what it is called, what GPS and Driveri say, and the name of the difference that marks it.
 * @type {readonly Line[]}
 */
const SIDES = [
  ['DriverID', ({ driveriDriverId }) => driveriDriverId, ({ driverId }) => driverId, 'driverId'],
  ['First name', ({ firstName }) => firstName, ({ firstName }) => firstName, 'firstName'],
  ['Last name', ({ lastName }) => lastName, ({ lastName }) => lastName, 'lastName'],
  ['E-mail', ({ email }) => email, ({ email }) => email, 'email'],
  ['Phone', ({ phone }) => phone, () => el('span.none', {}, 'not told')],
  ['Status', () => 'Active', ({ status }) => status, 'status'],
  ['Ref ID', ({ referenceId }) => referenceId, null],
  ['Time zone', ({ timeZone }) => timeZone, null],
  ['Groups', ({ groups }) => groups.join(', '), ({ group }) => group],
  ['User name', null, ({ userName }) => userName],
  ['Mobile app', null, ({ mobileApp }) => (mobileApp === null ? null : mobileApp ? 'Yes' : 'No')],
];

/**
 * One driver, as both portals know them; kept up to date while it is open.
 * @param {Desk} desk
 * @param {string} id
 */
export function openDriverPanel(desk, id) {
  let stop = () => {};
  const panel = openDialog({ title: 'Driver', kind: 'panel', onClose: () => stop() });
  replace(panel.body, el('p.loading', {}, 'Loading …'));
  let shown = '';

  /** @param {DriverPanelFragment | null} driver */
  function show(driver) {
    const answer = JSON.stringify(driver);
    if (answer === shown) return;
    shown = answer;
    if (driver === null) return showGone(panel);
    panel.heading.textContent = driver.fullName;
    replace(panel.body, bodyOf(desk, driver));
    replace(panel.footer, actionsOf(desk, driver, show, panel.close));
  }

  desk.api.run(DRIVER_DETAIL, { id }).then(({ driver }) => show(driver), showError);
  stop = desk.live.subscribe(DRIVER_CHANGES, () => ({ id }), {
    next: ({ driver }) => show(driver),
    error: showError,
  });
}

/** @param {Dialog} panel */
function showGone({ body, footer, close }) {
  replace(body, el('p', {}, 'This driver is gone.'));
  replace(
    footer,
    button('Close', () => close()),
  );
}

/**
 * @param {Desk} desk
 * @param {DriverPanelFragment} driver
 */
function bodyOf(desk, driver) {
  const { sync, presence } = driver;
  const status = wordFor(DRIVER_STATUS, sync.status);
  return [
    el('p.about', { role: 'status' }, badge(status), ` ${status.about}`),
    el('p.fine', {}, PRESENCE[presence] ?? presence, timesOf(desk, sync)),
    sync.problem && problemBox(sync.problem, desk.time(sync.problem.since)),
    sidesOf(desk, driver),
    el('h3', {}, 'What happened'),
    driver.events.nodes.length === 0
      ? el('p.fine', {}, 'Nothing yet.')
      : el(
          'ol.events',
          {},
          driver.events.nodes.map((event) => eventLine(desk, event, { withDriver: false })),
        ),
  ];
}

/**
 * @param {Desk} desk
 * @param {DriverSync} sync
 */
function timesOf(desk, { lastSyncedAt, pendingSince, attempts, nextAttemptAt }) {
  return [
    lastSyncedAt && [' · last synced ', desk.time(lastSyncedAt)],
    pendingSince && [' · waiting since ', desk.time(pendingSince)],
    attempts > 0 && ` · ${attempts} failed ${attempts === 1 ? 'attempt' : 'attempts'}`,
    nextAttemptAt && [' · next attempt ', desk.time(nextAttemptAt)],
  ];
}

/**
 * @param {Desk} desk
 * @param {DriverPanelFragment} driver
 */
function sidesOf(desk, { gps, driveri, sync }) {
  const differing = new Map(sync.differences.map((difference) => [difference.field, difference]));
  const rows = SIDES.filter(([, ofGps, ofDriveri]) => (ofGps && gps) || (ofDriveri && driveri)).map((line) =>
    sideRow(line, gps, driveri, differing.get(line[3] ?? '')),
  );
  return el(
    'table.sides',
    {},
    el('caption.hidden', {}, 'The driver in both portals'),
    el(
      'thead',
      {},
      el('tr', {}, el('td'), el('th', { scope: 'col' }, 'GPS'), el('th', { scope: 'col' }, 'Driveri')),
    ),
    el('tbody', {}, rows, seenRow(desk, gps, driveri)),
  );
}

/**
 * A difference shows what GPS wants there: not always, letter by letter, what GPS holds.
 * @param {Line} line
 * @param {GpsSideFragment | null} gps
 * @param {DriveriSideFragment | null} driveri
 * @param {DriverSync['differences'][number] | undefined} difference
 */
function sideRow([label, ofGps, ofDriveri], gps, driveri, difference) {
  const left = difference?.gps ?? (gps && ofGps && ofGps(gps));
  const right = driveri && ofDriveri && ofDriveri(driveri);
  return el(
    difference === undefined ? 'tr' : 'tr.differs',
    {},
    el('th', { scope: 'row' }, label, difference && el('span.mark', {}, ' differs')),
    el('td', {}, valueOf(left)),
    el('td', {}, valueOf(right)),
  );
}

/**
 * @param {Desk} desk
 * @param {GpsSideFragment | null} gps
 * @param {DriveriSideFragment | null} driveri
 */
function seenRow(desk, gps, driveri) {
  /** @param {{ observedAt: string } | null} side */
  const seen = (side) => (side === null ? 'not there' : desk.time(side.observedAt));
  return el(
    'tr.fine',
    {},
    el('th', { scope: 'row' }, 'Last seen'),
    el('td', {}, seen(gps)),
    el('td', {}, seen(driveri)),
  );
}

/**
 * @param {Desk} desk
 * @param {DriverPanelFragment} driver
 * @param {(driver: DriverPanelFragment | null) => void} show
 * @param {() => void} close
 */
function actionsOf(desk, driver, show, close) {
  if (!desk.canWrite) return button('Close', () => close());
  return [
    driver.gps && button('Edit', () => openDriverForm(desk, driver, show), 'primary'),
    button('Read again', ({ currentTarget }) =>
      busy(currentTarget, async () => {
        const { refreshDriver } = await desk.api.run(REFRESH_DRIVER, { id: driver.id });
        if (showUserErrors(refreshDriver.userErrors)) return;
        show(refreshDriver.driver);
        notify('Both portals were read just now.');
      }),
    ),
    driver.gps &&
      button(
        'Delete',
        ({ currentTarget }) => deleteDriver(desk, driver, currentTarget, close),
        'danger.aside',
      ),
  ];
}

/**
 * @param {Desk} desk
 * @param {DriverPanelFragment} driver
 * @param {HTMLButtonElement} pressed
 * @param {() => void} close
 */
async function deleteDriver(desk, driver, pressed, close) {
  const isSure = await ask({
    title: `Delete ${driver.fullName}?`,
    lines: [
      'The driver is deleted in the GPS portal. That cannot be taken back.',
      'With Driver Sync on, Driveri then sets them to its deleted status; their history stays there.',
    ],
    yes: 'Delete',
    kind: 'danger',
  });
  if (!isSure) return;
  await busy(pressed, async () => {
    const { deleteDriver: payload } = await desk.api.run(DELETE_DRIVER, { id: driver.id });
    if (showUserErrors(payload.userErrors)) return;
    close();
    notify(`${driver.fullName} was deleted.`);
    desk.driversChanged();
  });
}
