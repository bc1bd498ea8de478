import { EVENTS, UNDO_REMOVAL } from './documents.js';
import { ask, busy, button, el, foldedChanges, notify, replace, showUserErrors } from './dom.js';
import { eventTone, fieldLabel, sentenceCase } from './words.js';

/**
 * @import { Desk } from './desk.js'
 * @import { ConsoleEventsQuery, EventItemFragment } from './documents.js'
 */

/** @typedef {ReturnType<typeof createEventsCard>} EventsCard */

const PAGE_SIZE = 50;
/** A page that is left open for days must not grow without end. */
const MOST_SHOWN = 500;

/** What happens in the account, newest first. @param {Desk} desk */
export function createEventsCard(desk) {
  const list = el('ol.events', { tabindex: '0', 'aria-label': 'Events, newest first' });
  const older = button('Older', ({ currentTarget }) => busy(currentTarget, showOlder), 'plain', {
    hidden: true,
  });
  /** @type {string | null} */
  let oldest = null;

  /** @param {ConsoleEventsQuery['syncEvents']} page */
  function showPage({ nodes, pageInfo }) {
    list.append(...nodes.map((event) => eventLine(desk, event)));
    if (list.children.length === 0) replace(list, el('li.empty', {}, 'Nothing has happened yet.'));
    oldest = pageInfo.endCursor;
    older.hidden = !pageInfo.hasNextPage;
  }

  async function showOlder() {
    const { syncEvents } = await desk.api.run(EVENTS, { first: PAGE_SIZE, after: oldest });
    showPage(syncEvents);
  }

  /** @param {EventItemFragment} event */
  function add(event) {
    list.querySelector('.empty')?.remove();
    const line = eventLine(desk, event);
    line.classList.add('fresh');
    list.prepend(line);
    if (list.children.length <= MOST_SHOWN) return;
    list.lastChild?.remove();
    older.hidden = true;
  }

  return {
    showPage,
    add,
    element: el(
      'aside.card.log',
      { 'aria-labelledby': 'events-title' },
      el('div.card-title', {}, el('h2', { id: 'events-title' }, 'Live events')),
      list,
      older,
    ),
  };
}

/**
 * One line of the log.
 * @param {Desk} desk
 * @param {EventItemFragment} event
 * @param {{ withDriver?: boolean }} [options]
 */
export function eventLine(desk, event, { withDriver = true } = {}) {
  const { type, at, actor, driverName, driver, message, changes, run } = event;
  const name = withDriver && driverName;
  return el(
    `li.event.${eventTone(type)}`,
    {},
    el(
      'p.event-head',
      {},
      el('span.event-type', {}, sentenceCase(type)),
      ' ',
      el('span.fine', {}, desk.time(at), actor === null ? null : ` · ${actor}`),
    ),
    name && el('p', {}, driver === null ? name : button(name, () => desk.openDriver(driver.id), 'link')),
    el('p.message', {}, message),
    foldedChanges(changes, fieldLabel),
    (run !== null || type === 'DRIVERI_DRIVER_REMOVED') &&
      el(
        'p.event-actions',
        {},
        run && button('Show run', () => desk.openRun(run.id), 'link'),
        desk.canWrite &&
          type === 'DRIVERI_DRIVER_REMOVED' &&
          button('Undo removal', ({ currentTarget }) => undo(desk, event, currentTarget), 'link'),
      ),
  );
}

/**
 * @param {Desk} desk
 * @param {EventItemFragment} event
 * @param {HTMLButtonElement} pressed
 */
async function undo(desk, event, pressed) {
  const isSure = await ask({
    title: 'Undo this removal?',
    lines: [`${event.driverName ?? 'The driver'} is brought back in Driveri, with their history.`],
    yes: 'Bring back',
  });
  if (!isSure) return;
  await busy(pressed, async () => {
    const { undoRemoval } = await desk.api.run(UNDO_REMOVAL, { event: event.id });
    if (!showUserErrors(undoRemoval.userErrors)) notify('The driver is brought back.');
  });
}
