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

const PAGE_SIZE = 50;
const TOTALS = ['create', 'reinstate', 'link', 'rename', 'update', 'remove', 'conflict', 'held', 'unchanged'];

/** Calls `show` with the run now and whenever it changes. Gives the function that ends it. */
export function followRun({ live }, id, show) {
  return live.subscribe(RUN_CHANGES, () => ({ id }), {
    next: ({ syncRun }) => show(syncRun),
    error: showError,
  });
}

/** One run: what it plans or did, driver by driver, and what may be done with it. */
export function openRunDialog(desk, id) {
  // What came of an item is told by the log, before the run's own numbers change.
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
      el('option', { value: `action:${action}` }, ACTION[action].label),
    ),
    ['HELD', 'FAILED'].map((outcome) =>
      el('option', { value: `outcome:${outcome}` }, `${OUTCOME[outcome].label} only`),
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
  const chosen = new Set();
  let shown;
  let cursor = null;
  let asked = 0;
  const itemsChanged = debounce(() => loadItems().catch(showError), 400, 1_500);

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
    const [kind, value] = filter.value.split(':');
    // As much as is shown already, as far as one page can hold it.
    const first = isMore ? PAGE_SIZE : Math.min(2 * PAGE_SIZE, Math.max(PAGE_SIZE, rows.children.length));
    const variables = { id, first, after: isMore ? cursor : null };
    if (value !== undefined) variables[kind] = [value];
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
    replace(
      footer,
      actionsOf({ desk, run: shown, chosen, show, decided, close }),
      button('Close', () => close()),
    );
  }
}

const changedMeaningfully = (before, run) =>
  before === undefined ||
  before.status !== run.status ||
  JSON.stringify(before.totals) !== JSON.stringify(run.totals);

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

function totalsOf({ totals, dryRun }) {
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

function itemRow(desk, item, canChoose, chosen, onChoose) {
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
    item.driver === null
      ? item.driverName
      : button(item.driverName, () => desk.openDriver(item.driver.id), 'link');
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

/** What this user may do with the run as it is now. */
function actionsOf({ desk, run, chosen, show, decided, close }) {
  if (!desk.canWrite) return null;
  const { api } = desk;

  /** Asks, does it, and shows what came of it; true when it was done. */
  async function carryOut(pressed, question, document, variables) {
    if (question !== null && !(await ask(question))) return false;
    const payload = await busy(pressed, async () => Object.values(await api.run(document, variables))[0]);
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
        carryOut(currentTarget, question, CANCEL_RUN, { id: run.id }),
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
      return heldActions(run, chosen, carryOut);
    default:
      return null;
  }
}

/** A plan is carried out by turning Driver Sync on with it, or by approving it when it is on already. */
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
  const [document, variables] = isOn
    ? [APPROVE_RUN, { id: run.id }]
    : [SET_DRIVER_SYNC, { enabled: true, reviewedRun: run.id }];
  if (!(await carryOut(pressed, question, document, variables))) return;
  close();
  notify(isOn ? 'The plan is being carried out.' : 'Driver Sync is on.');
}

function heldActions(run, chosen, carryOut) {
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
        carryOut(currentTarget, approval, APPROVE_RUN, { id: run.id, items: some ? items : null }),
      'primary',
    ),
    some
      ? button(
          `Reject ${items.length}`,
          ({ currentTarget }) => carryOut(currentTarget, rejection, REJECT_ITEMS, { id: run.id, items }),
          'danger',
        )
      : el('p.fine', {}, 'Choose changes to approve or reject only those.'),
  ];
}
