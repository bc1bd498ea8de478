import { createApi, ApiError } from './api.js';
import { EVENT_CHANGES, EVENTS, VIEWER } from './documents.js';
import { byId, debounce, el, replace, showError } from './dom.js';
import { openDriverPanel } from './driver-panel.js';
import { createDriversCard } from './drivers-card.js';
import { createEventsCard } from './events-card.js';
import { createLive } from './live.js';
import { openRunDialog } from './run-dialog.js';
import { createSyncCard } from './sync-card.js';
import { exactTime, relativeTime, sentenceCase } from './words.js';

/**
 * @import { Api } from './api.js'
 * @import { Desk } from './desk.js'
 * @import { DriversCard } from './drivers-card.js'
 * @import { EventsCard } from './events-card.js'
 */

/** Only in this tab, and only until it is closed; never in an address. */
const TOKEN_KEY = 'driver-sync-token';

/**
 * How the connection is, and the tone to say it in.
 * @type {Record<'connecting' | 'live' | 'waiting' | 'closed', readonly [label: string, tone: string]>}
 */
const LIVE_WORDS = {
  connecting: ['Connecting', 'busy'],
  live: ['Live', 'good'],
  waiting: ['Offline, trying again', 'warn'],
  closed: ['Not connected', 'quiet'],
};

const tokenInput = /** @type {HTMLInputElement} */ (byId('token'));
byId('forget').addEventListener('click', () => forget());
byId('gate-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const token = tokenInput.value.trim().replace(/^Bearer\s+/i, '');
  if (token === '') return refuse('Please paste a token.');
  return enter(token);
});

const remembered = sessionStorage.getItem(TOKEN_KEY);
if (remembered === null) showGate();
else await enter(remembered);

/** Everything about the user goes with the page. */
function forget() {
  sessionStorage.removeItem(TOKEN_KEY);
  location.reload();
}

function showGate() {
  byId('gate').hidden = false;
  tokenInput.focus();
}

/** @param {string} message */
function refuse(message) {
  showGate();
  byId('gate-error').textContent = message;
  tokenInput.setAttribute('aria-invalid', 'true');
  tokenInput.select();
}

/** @param {string} token */
async function enter(token) {
  const url = new URL('graphql', document.baseURI).href;
  const api = createApi({ url, token, onRefused: () => sessionStorage.removeItem(TOKEN_KEY) });
  try {
    const { viewer } = await api.run(VIEWER);
    sessionStorage.setItem(TOKEN_KEY, token);
    tokenInput.value = '';
    byId('gate').hidden = true;
    openDesk({ api, url, token, viewer });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    refuse(`${error.message}${error.requestId === undefined ? '' : ` (request ${error.requestId})`}`);
  }
}

/**
 * Puts the parts of the page together.
 * @param {{ api: Api, url: string, token: string, viewer: Desk['viewer'] }} entered
 */
function openDesk({ api, url, token, viewer }) {
  const { account, role, userId } = viewer;
  const live = createLive({
    url: url.replace(/^http/, 'ws'),
    token,
    onState: showLive,
    onRefused: () => showError(new ApiError('Your token has expired. Forget it, and paste a new one.')),
  });
  /** @type {Desk} */
  const desk = {
    api,
    live,
    viewer,
    canWrite: role === 'MASTER' || role === 'ADMIN',
    isMaster: role === 'MASTER',
    isOn: false,
    time: (instant) => timeOf(instant, account.timeZone),
    onEvent: new Set(),
    openDriver: (id) => openDriverPanel(desk, id),
    openRun: (id) => openRunDialog(desk, id),
    showDrivers: (status) => drivers.filterBy(status),
    driversChanged: () => drivers.refresh(),
  };
  const drivers = createDriversCard(desk);
  const events = createEventsCard(desk);
  const sync = createSyncCard(desk);
  replace(byId('account'), `${account.name} · ${sentenceCase(account.tier)}`);
  replace(byId('viewer'), `${userId} · ${role === 'MASTER' ? 'Master User' : sentenceCase(role)}`);
  document.title = `Driver Sync · ${account.name}`;
  byId('forget').hidden = false;
  byId('desk').hidden = false;
  replace(byId('desk'), el('div.work', {}, sync, drivers.element), events.element);
  addEventListener('online', () => live.retryNow());
  setInterval(refreshTimes, 30_000);
  followLog(desk, events, drivers);
}

/**
 * The log, first what is there, then what comes: from the newest cursor on, also after the connection was lost.
 * @param {Desk} desk
 * @param {EventsCard} events
 * @param {DriversCard} drivers
 */
async function followLog(desk, events, drivers) {
  const { api, live, onEvent } = desk;
  const driversChanged = debounce(() => drivers.refresh(), 400, 2_000);
  /** @type {string | undefined} */
  let after;
  try {
    const { syncEvents } = await api.run(EVENTS, { first: 50, after: null });
    events.showPage(syncEvents);
    after = syncEvents.nodes[0]?.cursor;
  } catch (error) {
    showError(error);
  }
  live.subscribe(EVENT_CHANGES, () => (after === undefined ? {} : { after }), {
    next: ({ syncEvents }) => {
      after = syncEvents.cursor;
      events.add(syncEvents);
      driversChanged();
      for (const listener of onEvent) listener(syncEvents);
    },
    error: showError,
  });
}

/** @param {keyof typeof LIVE_WORDS} state */
function showLive(state) {
  const [label, tone] = LIVE_WORDS[state];
  byId('live').className = `live ${tone}`;
  byId('live').textContent = label;
}

/**
 * @param {string} instant
 * @param {string} timeZone
 */
function timeOf(instant, timeZone) {
  return el(
    'time',
    { datetime: instant, title: exactTime(instant, timeZone) },
    relativeTime(instant, Date.now()),
  );
}

function refreshTimes() {
  for (const time of document.querySelectorAll('time')) {
    time.textContent = relativeTime(time.dateTime, Date.now());
  }
}
