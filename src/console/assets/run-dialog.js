import {
  APPROVE_RUN,
  CANCEL_RUN,
  DRIVER_SYNC,
  REJECT_ITEMS,
  RUN_CHANGES,
  RUN_ITEMS,
  SET_DRIVER_SYNC,
} from './documents.js';
import {
  ask,
  badge,
  busy,
  button,
  changeList,
  debounce,
  el,
  notify,
  openDialog,
  problemBox,
  replace,
  replaceFor,
  showError,
  showUserErrors,
} from './dom.js';
import {
  ACTION,
  countOf,
  describePlan,
  fieldLabel,
  OUTCOME,
  RUN_KIND,
  RUN_STATUS,
  sentenceCase,
  wordFor,
} from './words.js';

/**
 * @import { Desk } from './desk.js'
 * @import { ConsoleRunItemsQueryVariables, EventItemFragment, ItemRowFragment } from './documents.js'
 * @import { RefusalFragment, RunSummaryFragment, SyncAction, SyncItemOutcome } from './documents.js'
 * @import { Totals } from './words.js'
 */

/**
 * What a decision about a run answers, under whichever name.
 * @typedef {Record<string, { run: RunSummaryFragment | null, userErrors: readonly RefusalFragment[] }>} Decided
 */

/**
 * Asks, does it, and shows what came of it; true when it was done.
 * @typedef {(pressed: HTMLButtonElement, question: Question, decide: () => Promise<Decided>) => Promise<boolean>} CarryOut
 * @typedef {Parameters<typeof ask>[0]} Question
 */

const PAGE_SIZE = 50;

/** @type {readonly (keyof Totals)[]} */
const TOTALS = ['create', 'reinstate', 'link', 'rename', 'update', 'remove', 'conflict', 'held', 'unchanged'];

/**
 * Calls `show` with the run now and whenever it changes. Gives the function that ends it.
 * @param {Desk} desk
 * @param {string} id
 * @param {(run: RunSummaryFragment) => void} show
 */
export function followRun({ live }, id, show) {
  return live.subscribe(RUN_CHANGES, () => ({ id }), {
    next: ({ syncRun }) => show(syncRun),
    error: showError,
  });
}

/**
 * One run: what it plans or did, driver by driver, and what may be done with it.
 * @param {Desk} desk
 * @param {string} id
 */
export function openRunDialog(desk, id) {
  // What came of an item is told by the log, before the run's own numbers change.
  /** @param {EventItemFragment} event */
  const hear = (event) => event.run?.id === id && itemsChanged();
  const unfollow = followRun(desk, id, (run) => show(run));
  desk.onEvent.add(hear);
  const stop = () => {
    unfollow();
    desk.onEvent.delete(hear);
  };
  const { heading, body, footer, close } = openDialog({ title: 'Run', kind: 'wide', onClose: () => stop() });
  const summary = el('div', {}, el('p.loading', {}, 'Loading …'));
  const filter = el(
    'select',
    { on: { change: () => loadItems().catch(showError) } },
    el('option', { value: '' }, 'All items'),
    ['CREATE', 'REINSTATE', 'LINK', 'RENAME', 'UPDATE', 'REMOVE', 'CONFLICT'].map((action) =>
      el('option', { value: `action:${action}` }, wordFor(ACTION, action).label),
    ),
    ['HELD', 'FAILED'].map((outcome) =>
      el('option', { value: `outcome:${outcome}` }, `${wordFor(OUTCOME, outcome).label} only`),
    ),
  );
  const rows = el('tbody');
  const count = el('span.fine', { role: 'status' });
  const more = button(
    'Load more',
    ({ currentTarget }) => busy(currentTarget, () => loadItems(true)),
    'plain',
    { hidden: true },
  );
  const table = itemTable(rows);
  const items = el(
    'div',
    { hidden: true },
    el('div.toolbar', {}, el('label', {}, 'Show ', filter), count),
    table,
    more,
  );
  replace(body, summary, items);
  /** @type {Set<string>} */
  const chosen = new Set();
  /** @type {RunSummaryFragment | undefined} */
  let shown;
  /** @type {string | null} */
  let cursor = null;
  let asked = 0;
  const itemsChanged = debounce(() => loadItems().catch(showError), 400, 1_500);

  /** @param {RunSummaryFragment} run */
  function show(run) {
    const before = shown;
    shown = run;
    heading.textContent = `${RUN_KIND[run.kind] ?? sentenceCase(run.kind)}${run.dryRun ? ': preview' : ''}`;
    replaceFor(summary, run, () => summaryOf(desk, run));
    if (run.status !== 'PLANNING' && changedMeaningfully(before, run)) itemsChanged();
    if (before?.status !== run.status) showActions();
  }

  async function loadItems(isMore = false) {
    const turn = ++asked;
    // As much as is shown already, as far as one page can hold it.
    const first = isMore ? PAGE_SIZE : Math.min(2 * PAGE_SIZE, Math.max(PAGE_SIZE, rows.children.length));
    const variables = { id, first, after: isMore ? cursor : null, ...chosenFilter(filter.value) };
    const { syncRun } = await desk.api.run(RUN_ITEMS, variables);
    if (turn !== asked || syncRun === null) return;
    const { nodes, pageInfo, totalCount } = syncRun.items;
    cursor = pageInfo.endCursor;
    const canChoose = desk.canWrite && syncRun.status === 'AWAITING_APPROVAL';
    const lines = nodes.map((item) => itemRow(desk, item, canChoose, chosen, showActions));
    if (isMore) rows.append(...lines);
    else replace(rows, lines);
    items.hidden = totalCount === 0 && filter.value === '';
    table.hidden = totalCount === 0;
    count.textContent = countOf(totalCount, 'driver');
    more.hidden = !pageInfo.hasNextPage;
  }

  /** A decision may change items and leave the run as it was. */
  function decided() {
    chosen.clear();
    showActions();
    itemsChanged();
  }

  function showActions() {
    if (shown === undefined) return;
    replace(
      footer,
      actionsOf({ desk, run: shown, chosen, show, decided, close }),
      button('Close', () => close()),
    );
  }
}

/**
 * The options of the list are words of the schema, after the name of what they filter by.
 * @param {string} option
 * @returns {Pick<ConsoleRunItemsQueryVariables, 'action' | 'outcome'>}
 */
function chosenFilter(option) {
  const [kind, value] = option.split(':');
  if (kind === 'action') return { action: [/** @type {SyncAction} */ (value)] };
  if (kind === 'outcome') return { outcome: [/** @type {SyncItemOutcome} */ (value)] };
  return {};
}

/**
 * @param {RunSummaryFragment | undefined} before
 * @param {RunSummaryFragment} run
 */
const changedMeaningfully = (before, run) =>
  before === undefined ||
  before.status !== run.status ||
  JSON.stringify(before.totals) !== JSON.stringify(run.totals);

/**
 * @param {Desk} desk
 * @param {RunSummaryFragment} run
 */
function summaryOf(desk, run) {
  const word = wordFor(RUN_STATUS, run.status);
  const percent = Math.round(run.progress * 100);
  const isGoing = run.status === 'PLANNING' || run.status === 'RUNNING';
  const who = run.requestedBy === null ? 'by schedule' : `by ${run.requestedBy}`;
  return [
    el(
      'p.about',
      {},
      badge(word),
      ` ${word.about} `,
      el('span.fine', {}, 'Started ', desk.time(run.startedAt), ` ${who}`),
    ),
    isGoing && el('progress', { max: 100, value: percent, 'aria-label': `${percent} % done` }),
    run.problem && problemBox(run.problem, desk.time(run.problem.since)),
    run.status === 'PLANNING' ? null : totalsOf(run),
  ];
}

/** @param {RunSummaryFragment} run */
function totalsOf({ totals, dryRun }) {
  /** @type {readonly (keyof Totals)[]} */
  const keys = dryRun ? TOTALS : [...TOTALS, 'applied', 'failed'];
  return el(
    'ul.totals',
    { 'aria-label': 'In numbers of drivers' },
    keys
      .filter((key) => totals[key] > 0)
      .map((key) =>
        el(
          'li',
          {},
          el('span.number', {}, totals[key].toLocaleString('en')),
          ` ${sentenceCase(key).toLowerCase()}`,
        ),
      ),
  );
}

/** @param {HTMLElement} rows */
function itemTable(rows) {
  const heads = ['Driver', 'Action', 'Reason', 'Changes in Driveri', 'Outcome'];
  return el(
    'table.items',
    {},
    el('caption.hidden', {}, 'Drivers of this run'),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        heads.map((head) => el('th', { scope: 'col' }, head)),
      ),
    ),
    rows,
  );
}

/**
 * @param {Desk} desk
 * @param {ItemRowFragment} item
 * @param {boolean} canChoose
 * @param {Set<string>} chosen
 * @param {() => void} onChoose
 */
function itemRow(desk, item, canChoose, chosen, onChoose) {
  const { driver } = item;
  const box =
    canChoose &&
    item.outcome === 'HELD' &&
    el('input', {
      type: 'checkbox',
      checked: chosen.has(item.id),
      'aria-label': `Choose ${item.driverName}`,
      on: {
        change: ({ currentTarget }) => {
          if (currentTarget.checked) chosen.add(item.id);
          else chosen.delete(item.id);
          onChoose();
        },
      },
    });
  const name =
    driver === null ? item.driverName : button(item.driverName, () => desk.openDriver(driver.id), 'link');
  return el(
    'tr',
    {},
    el('td.name', {}, el('div.named', {}, box, name)),
    el('td', { 'data-label': 'Action' }, badge(wordFor(ACTION, item.action))),
    el(
      'td',
      { 'data-label': 'Reason' },
      el('p', {}, item.reason),
      item.problem && el('p.fine', {}, `${item.problem.message} ${item.problem.hint}`),
    ),
    el('td', { 'data-label': 'Changes' }, changeList(item.changes, fieldLabel) ?? el('span.none', {}, '—')),
    el('td', { 'data-label': 'Outcome' }, badge(wordFor(OUTCOME, item.outcome))),
  );
}

/**
 * What this user may do with the run as it is now.
 * @param {{
 *   desk: Desk,
 *   run: RunSummaryFragment,
 *   chosen: ReadonlySet<string>,
 *   show: (run: RunSummaryFragment) => void,
 *   decided: () => void,
 *   close: () => void,
 * }} open
 */
function actionsOf({ desk, run, chosen, show, decided, close }) {
  if (!desk.canWrite) return null;
  const { api } = desk;

  /** @type {CarryOut} */
  async function carryOut(pressed, question, decide) {
    if (!(await ask(question))) return false;
    const payload = await busy(pressed, async () => Object.values(await decide())[0]);
    if (payload === undefined || showUserErrors(payload.userErrors)) return false;
    if (payload.run && payload.run.id === run.id) show(payload.run);
    decided();
    return true;
  }

  switch (run.status) {
    case 'PLANNING':
    case 'RUNNING': {
      const question = {
        title: 'Cancel this run?',
        lines: ['What it has done already stays done.'],
        yes: 'Cancel the run',
        kind: 'danger',
      };
      return button('Cancel run', ({ currentTarget }) =>
        carryOut(currentTarget, question, () => api.run(CANCEL_RUN, { id: run.id })),
      );
    }
    case 'PLANNED':
      if (!desk.isOn && !desk.isMaster) {
        return el('p.fine', {}, 'Only the Master User turns Driver Sync on.');
      }
      return button(
        desk.isOn ? 'Do as previewed' : 'Turn on as previewed',
        ({ currentTarget }) => applyPlan({ desk, run, carryOut, close }, currentTarget),
        'primary',
      );
    case 'AWAITING_APPROVAL':
      return heldActions(desk, run, chosen, carryOut);
    default:
      return null;
  }
}

/**
 * A plan is carried out by turning Driver Sync on with it, or by approving it when it is on already.
 * @param {{ desk: Desk, run: RunSummaryFragment, carryOut: CarryOut, close: () => void }} open
 * @param {HTMLButtonElement} pressed
 */
async function applyPlan({ desk, run, carryOut, close }, pressed) {
  const answer = await busy(pressed, () => desk.api.run(DRIVER_SYNC));
  if (answer === undefined) return;
  const isOn = answer.driverSync.enabled;
  if (!isOn && !desk.isMaster) {
    notify('Only the Master User turns Driver Sync on.', { tone: 'warn' });
    return;
  }
  const question = {
    title: isOn ? 'Do what the preview shows?' : 'Turn Driver Sync on as previewed?',
    lines: [
      ...describePlan(run.totals),
      isOn
        ? 'Should something have changed since the preview, nothing is done and you are told so.'
        : 'From then on Driveri is kept matching GPS. Should something have changed since the preview, nothing is done and you are told so.',
    ],
    yes: isOn ? 'Do it' : 'Turn on',
    kind: run.totals.remove > 0 ? 'danger' : 'primary',
  };
  const decide = async () =>
    isOn
      ? desk.api.run(APPROVE_RUN, { id: run.id })
      : desk.api.run(SET_DRIVER_SYNC, { enabled: true, reviewedRun: run.id });
  if (!(await carryOut(pressed, question, decide))) return;
  close();
  notify(isOn ? 'The plan is being carried out.' : 'Driver Sync is on.');
}

/**
 * @param {Desk} desk
 * @param {RunSummaryFragment} run
 * @param {ReadonlySet<string>} chosen
 * @param {CarryOut} carryOut
 */
function heldActions({ api }, run, chosen, carryOut) {
  const items = [...chosen];
  const some = items.length > 0;
  const what = some ? countOf(items.length, 'chosen change') : 'all held changes';
  const approval = {
    title: `Approve ${what}?`,
    lines: ['They are carried out in Driveri at once.'],
    yes: 'Approve',
  };
  const rejection = {
    title: `Reject ${what}?`,
    lines: [
      'Nothing is done for these drivers in Driveri, until they are seen again or somebody asks again.',
    ],
    yes: 'Reject',
    kind: 'danger',
  };
  return [
    button(
      some ? `Approve ${items.length}` : 'Approve all',
      ({ currentTarget }) =>
        carryOut(currentTarget, approval, () =>
          api.run(APPROVE_RUN, { id: run.id, items: some ? items : null }),
        ),
      'primary',
    ),
    some
      ? button(
          `Reject ${items.length}`,
          ({ currentTarget }) =>
            carryOut(currentTarget, rejection, () => api.run(REJECT_ITEMS, { id: run.id, items })),
          'danger',
        )
      : el('p.fine', {}, 'Choose changes to approve or reject only those.'),
  ];
}
