import { DRIVER_SYNC, DRIVER_SYNC_CHANGES, RESYNC_DRIVERS, RUNS, SET_DRIVER_SYNC } from './documents.js';
import {
  ask,
  badge,
  busy,
  button,
  debounce,
  el,
  problemBox,
  replace,
  replaceFor,
  showError,
  showUserErrors,
} from './dom.js';
import { followRun } from './run-dialog.js';
import { DRIVER_STATUS, exactTime, HEALTH, RUN_KIND, RUN_STATUS, sentenceCase, wordFor } from './words.js';

/**
 * @import { Desk } from './desk.js'
 * @import { DriverSyncStatus, RunSummaryFragment, SyncCardFragment } from './documents.js'
 * @import { Child } from './elements.js'
 */

/** @typedef {(sync: SyncCardFragment) => void} Show */
/** @typedef {Exclude<keyof SyncCardFragment['counts'], 'total'>} Count */

/** @type {readonly (readonly [Count, DriverSyncStatus])[]} */
const COUNTS = [
  ['inSync', 'IN_SYNC'],
  ['pending', 'PENDING'],
  ['drifted', 'DRIFTED'],
  ['held', 'HELD'],
  ['conflict', 'CONFLICT'],
  ['failed', 'FAILED'],
  ['unmanaged', 'UNMANAGED'],
  ['off', 'OFF'],
];

/**
 * The account's Driver Sync: whether it is on, how it fares, and what can be done about it.
 * @param {Desk} desk
 */
export function createSyncCard(desk) {
  const state = el('span.switch');
  const announced = el('p.about', { role: 'status' });
  const facts = el('dl.facts');
  const problems = el('div.problems');
  const progress = el('div.progress', { hidden: true });
  const waiting = el('div.callout', { hidden: true });
  const counts = el('ul.counts', { 'aria-label': 'Drivers by status' });
  const actions = el('div.actions');
  const runs = el('ul.runs');
  /** @type {SyncCardFragment | undefined} */
  let shown;
  let stopFollowing = () => {};
  /** @type {string | undefined} */
  let followedId;

  async function refreshRuns() {
    const { syncRuns } = await desk.api.run(RUNS, { first: 10 });
    replaceFor(runs, syncRuns.nodes, () => [
      syncRuns.nodes.map((run) => runLine(desk, run)),
      syncRuns.nodes.length === 0 && el('li.fine', {}, 'No run yet.'),
    ]);
    showWaiting(syncRuns.nodes.find(({ status }) => status === 'AWAITING_APPROVAL'));
  }
  const runsChanged = debounce(() => refreshRuns().catch(showError), 300, 2_000);

  /** @param {SyncCardFragment} sync */
  function show(sync) {
    shown = sync;
    showState(sync);
    desk.isOn = sync.enabled;
    replace(facts, factsOf(desk, sync));
    replaceFor(problems, sync.health.problems, () =>
      sync.health.problems.map((problem) => problemBox(problem, desk.time(problem.since))),
    );
    replaceFor(counts, [sync.counts, sync.enabled], () =>
      COUNTS.filter(([key]) => isWorthShowing(sync, key)).map(([key, status]) =>
        countButton(desk, sync.counts[key], status),
      ),
    );
    replaceFor(actions, sync.enabled, () => actionsOf(desk, sync, show));
    if (sync.lastRun !== null && isUnfinished(sync.lastRun)) follow(sync.lastRun);
    runsChanged();
  }

  /** @param {SyncCardFragment} sync */
  function showState({ enabled, health }) {
    const word = wordFor(HEALTH, health.state);
    state.className = `switch ${enabled ? 'on' : 'off'}`;
    replace(state, enabled ? 'On' : 'Off');
    const text = enabled ? `${word.label}. ${word.about}` : word.about;
    if (announced.textContent === text) return;
    announced.className = `about ${word.tone}`;
    replace(announced, text);
  }

  /** @param {RunSummaryFragment | undefined} run */
  function showWaiting(run) {
    waiting.hidden = run === undefined;
    if (run === undefined) return;
    const { held } = run.totals;
    replaceFor(waiting, [run.id, held], () => [
      el('p', {}, held === 1 ? '1 change waits for approval.' : `${held} changes wait for approval.`),
      button('Review', () => desk.openRun(run.id)),
    ]);
  }

  /** @param {RunSummaryFragment} run */
  function follow(run) {
    if (followedId === run.id) return;
    stopFollowing();
    followedId = run.id;
    stopFollowing = followRun(desk, run.id, (current) => {
      const done = !isUnfinished(current);
      progress.hidden = done;
      replaceFor(progress, current, () => progressOf(desk, current));
      if (!done) return;
      stopFollowing();
      followedId = undefined;
      runsChanged();
    });
  }

  desk.api.run(DRIVER_SYNC).then(({ driverSync }) => shown ?? show(driverSync), showError);
  desk.live.subscribe(DRIVER_SYNC_CHANGES, () => ({}), {
    next: ({ driverSync }) => show(driverSync),
    error: showError,
  });
  return el(
    'section.card.sync',
    { 'aria-labelledby': 'sync-title' },
    el('div.card-title', {}, el('h2', { id: 'sync-title' }, 'Driver Sync'), state),
    announced,
    problems,
    waiting,
    progress,
    counts,
    actions,
    facts,
    el('details', {}, el('summary', {}, 'Recent runs'), runs),
  );
}

/** Read or written at this moment. @param {RunSummaryFragment} run */
const isUnfinished = ({ status }) => status === 'PLANNING' || status === 'RUNNING';

/**
 * Nothing is said of statuses that nobody has, but the total always has its best or only part.
 * @param {SyncCardFragment} sync
 * @param {Count} key
 */
const isWorthShowing = ({ counts, enabled }, key) =>
  counts[key] > 0 || (key === 'inSync' && enabled) || (key === 'off' && !enabled);

/**
 * @param {Desk} desk
 * @param {number} count
 * @param {DriverSyncStatus} status
 */
function countButton(desk, count, status) {
  const word = wordFor(DRIVER_STATUS, status);
  const label = `${count} ${word.label}: show these drivers`;
  return el(
    'li',
    {},
    el(
      `button.count.${word.tone}`,
      {
        type: 'button',
        title: word.about,
        'aria-label': label,
        on: { click: () => desk.showDrivers(status) },
      },
      el('span.number', {}, count.toLocaleString('en')),
      el('span', {}, word.label),
    ),
  );
}

/**
 * @param {Desk} desk
 * @param {SyncCardFragment} sync
 */
function factsOf(desk, { changedAt, changedBy, nextRunAt, enabled, health, counts }) {
  const by = changedBy === null ? null : ` by ${changedBy}`;
  const { timeZone } = desk.viewer.account;
  /** @type {readonly (readonly [term: string, what: Child])[]} */
  const facts = [
    ['Drivers', counts.total.toLocaleString('en')],
    [enabled ? 'Turned on' : 'Turned off', changedAt && [desk.time(changedAt), by]],
    [
      'Next daily run',
      nextRunAt && [desk.time(nextRunAt), el('span.fine', {}, ` ${exactTime(nextRunAt, timeZone)}`)],
    ],
    ['GPS last read', health.gpsObservedAt && desk.time(health.gpsObservedAt)],
    ['Driveri last read', health.driveriObservedAt && desk.time(health.driveriObservedAt)],
  ];
  return facts
    .filter(([, what]) => what !== null)
    .map(([term, what]) => el('div', {}, el('dt', {}, term), el('dd', {}, what)));
}

/**
 * @param {Desk} desk
 * @param {RunSummaryFragment} run
 */
function progressOf(desk, run) {
  const percent = Math.round(run.progress * 100);
  const what = `${RUN_KIND[run.kind] ?? sentenceCase(run.kind)}${run.dryRun ? ' (preview)' : ''}`;
  return [
    el(
      'div.progress-head',
      {},
      el('span', {}, `${what}: ${wordFor(RUN_STATUS, run.status).about}`),
      button('View', () => desk.openRun(run.id), 'link'),
    ),
    el('progress', { max: 100, value: percent, 'aria-label': `${what}, ${percent} %` }),
    el('p.fine', {}, `${percent} %`),
  ];
}

/**
 * @param {Desk} desk
 * @param {RunSummaryFragment} run
 */
function runLine(desk, run) {
  const what = `${RUN_KIND[run.kind] ?? sentenceCase(run.kind)}${run.dryRun ? ' (preview)' : ''}`;
  return el(
    'li',
    {},
    button(what, () => desk.openRun(run.id), 'link'),
    ' ',
    badge(wordFor(RUN_STATUS, run.status)),
    ' ',
    el('span.fine', {}, desk.time(run.startedAt)),
  );
}

/**
 * @param {Desk} desk
 * @param {SyncCardFragment} sync
 * @param {Show} show
 */
function actionsOf(desk, { enabled }, show) {
  const { isMaster, canWrite, viewer } = desk;
  if (!canWrite)
    return el('p.fine', {}, 'You may look; changes are for an administrator or the Master User.');
  if (!enabled && !viewer.account.driverSyncAvailable) {
    return el(
      'p.callout',
      {},
      'Driver Sync is not part of this account’s plan. Please contact your Account Manager.',
    );
  }
  return [
    button('Preview', ({ currentTarget }) => preview(desk, currentTarget), enabled ? 'plain' : 'primary'),
    enabled && button('Resync now', ({ currentTarget }) => resync(desk, currentTarget)),
    isMaster && !enabled && button('Turn on', ({ currentTarget }) => turnOn(desk, currentTarget, show)),
    isMaster &&
      enabled &&
      button('Turn off', ({ currentTarget }) => turnOff(desk, currentTarget, show), 'danger'),
    !isMaster && el('p.fine', {}, 'Only the Master User turns Driver Sync on and off.'),
  ];
}

/**
 * @param {Desk} desk
 * @param {HTMLButtonElement} pressed
 */
function preview(desk, pressed) {
  return busy(pressed, () => startRun(desk, true));
}

/**
 * @param {Desk} desk
 * @param {boolean} dryRun
 */
async function startRun(desk, dryRun) {
  const { resyncDrivers } = await desk.api.run(RESYNC_DRIVERS, { dryRun });
  const { run, userErrors } = resyncDrivers;
  if (!showUserErrors(userErrors) && run !== null) desk.openRun(run.id);
}

/**
 * @param {Desk} desk
 * @param {HTMLButtonElement} pressed
 */
async function resync(desk, pressed) {
  const isSure = await ask({
    title: 'Resync all drivers now?',
    lines: [
      'Both portals are read and compared now, and Driveri is made to match GPS.',
      'What somebody edited in Driveri is overridden. Mass removals still wait for approval.',
    ],
    yes: 'Resync now',
  });
  if (!isSure) return;
  await busy(pressed, () => startRun(desk, false));
}

/**
 * @param {Desk} desk
 * @param {HTMLButtonElement} pressed
 * @param {Show} show
 */
async function turnOn(desk, pressed, show) {
  const isSure = await ask({
    title: 'Turn Driver Sync on?',
    lines: [
      'Driveri is made to match GPS now, and kept so: drivers are created, updated, linked and removed there.',
      'You have not chosen a preview to go by. Preview first if you want to see each change before it is made.',
    ],
    yes: 'Turn on without preview',
  });
  if (isSure) await busy(pressed, () => setDriverSync(desk, true, show));
}

/**
 * @param {Desk} desk
 * @param {HTMLButtonElement} pressed
 * @param {Show} show
 */
async function turnOff(desk, pressed, show) {
  const isSure = await ask({
    title: 'Turn Driver Sync off?',
    lines: [
      'From now on nothing is written to Driveri. It stays as it is, and so does GPS.',
      'What changes in the meantime is caught up when Driver Sync is turned on again.',
    ],
    yes: 'Turn off',
    kind: 'danger',
  });
  if (isSure) await busy(pressed, () => setDriverSync(desk, false, show));
}

/**
 * @param {Desk} desk
 * @param {boolean} enabled
 * @param {Show} show
 */
async function setDriverSync(desk, enabled, show) {
  const { setDriverSync: payload } = await desk.api.run(SET_DRIVER_SYNC, { enabled });
  if (!showUserErrors(payload.userErrors) && payload.driverSync !== null) show(payload.driverSync);
}
