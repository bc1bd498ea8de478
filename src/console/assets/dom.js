import { ApiError } from './api.js';

/**
 * @import { ChangeLineFragment, ProblemBoxFragment, RefusalFragment } from './documents.js'
 * @import { Child, ElementOf, Heard, Props } from './elements.js'
 * @import { Word } from './words.js'
 */

/** @typedef {ReturnType<typeof openDialog>} Dialog */

/**
 * An element. Texts become text nodes, whatever is in them: nothing that comes from a portal is ever read as HTML.
 *
 * @template {string} Tag
 * @param {Tag} tag may have classes: 'p.hint'
 * @param {Props<Tag>} [props] `on`: listeners; another value becomes an attribute, true an empty one, false, null and undefined
 *   none
 * @param {...Child} children
 * @returns {ElementOf<Tag>}
 */
export function el(tag, props = {}, ...children) {
  const [name = tag, ...classes] = tag.split('.');
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (key === 'value') Object.assign(element, { value });
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...toNodes(children));
  return /** @type {ElementOf<Tag>} */ (element);
}

/**
 * @param {readonly Child[]} children
 * @returns {Node[]}
 */
function toNodes(children) {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    if (child instanceof Node) return [child];
    return typeof child === 'object' ? toNodes(child) : [document.createTextNode(String(child))];
  });
}

/**
 * Puts other children in the place of those that are there.
 * @param {Element} element
 * @param {...Child} children
 */
export function replace(element, ...children) {
  element.replaceChildren(...toNodes(children));
}

/** @type {WeakMap<Element, string>} */
const shownFor = new WeakMap();

/**
 * As `replace`, but only when the value that the children are made of is another one than last time: what the user is about to
 * press stays where it is, and so does the focus.
 * @param {Element} element
 * @param {unknown} value
 * @param {() => Child} build
 */
export function replaceFor(element, value, build) {
  const key = JSON.stringify(value);
  if (shownFor.get(element) === key) return;
  shownFor.set(element, key);
  replace(element, build());
}

/** @param {string} id of an element that the page has */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element;
}

/** @param {Word} word */
export const badge = (word) => el(`span.badge.${word.tone}`, { title: word.about }, word.label);

/**
 * @param {string} label
 * @param {(event: Heard<'click', HTMLButtonElement>) => unknown} action
 * @param {string} [kind] 'primary', 'danger', 'link'
 * @param {Props<'button'>} [props]
 */
export function button(label, action, kind = 'plain', props = {}) {
  return el(`button.${kind}`, { type: 'button', on: { click: action }, ...props }, label);
}

/**
 * Runs a button's work while the button cannot be pressed again; what goes wrong is shown.
 * @template Result
 * @param {HTMLButtonElement} pressed
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result | undefined>}
 */
export async function busy(pressed, work) {
  pressed.disabled = true;
  pressed.setAttribute('aria-busy', 'true');
  try {
    return await work();
  } catch (error) {
    showError(error);
    return undefined;
  } finally {
    pressed.disabled = false;
    pressed.removeAttribute('aria-busy');
  }
}

/** More than so many changes are folded away where space is short. */
const FEW_CHANGES = 2;

/**
 * As `changeList`, folded when it is long.
 * @param {readonly ChangeLineFragment[]} changes
 * @param {(field: string) => string} fieldLabel
 */
export const foldedChanges = (changes, fieldLabel) =>
  changes.length <= FEW_CHANGES
    ? changeList(changes, fieldLabel)
    : el('details', {}, el('summary', {}, `${changes.length} fields`), changeList(changes, fieldLabel));

/**
 * From old to new, value by value.
 * @param {readonly ChangeLineFragment[]} changes
 * @param {(field: string) => string} fieldLabel
 */
export function changeList(changes, fieldLabel) {
  if (changes.length === 0) return null;
  return el(
    'ul.changes',
    {},
    changes.map(({ field, from, to }) =>
      el('li', {}, el('span.field', {}, fieldLabel(field)), ' ', valueOf(from), ' → ', valueOf(to)),
    ),
  );
}

/** A value, or a dash that is read as "none". @param {Child} value */
export const valueOf = (value) =>
  value === null || value === undefined || value === ''
    ? el('span.none', { 'aria-label': 'none' }, '—')
    : el('span.value', {}, value);

/**
 * A problem with what a person can do about it, and the time since when it has been so.
 * @param {ProblemBoxFragment} problem
 * @param {Child} since
 */
export const problemBox = (problem, since) =>
  el(
    'div.problem',
    {},
    el('p.message', {}, problem.message),
    el('p.hint', {}, problem.hint),
    el('p.fine', {}, problem.code, since && [' · ', since]),
  );

/**
 * A notice where the reader is: in the dialog on top, or else on the page. Errors stay until they are closed.
 * @param {string} text
 * @param {{ tone?: string, detail?: string | undefined, stays?: boolean }} [options]
 */
export function notify(text, { tone = 'good', detail, stays = false } = {}) {
  const place = [...document.querySelectorAll('dialog[open] .notices')].at(-1) ?? byId('notices');
  /** @type {HTMLElement} */
  const notice = el(
    `div.notice.${tone}`,
    {},
    el('div', {}, el('p', {}, text), detail === undefined ? null : el('p.fine', {}, detail)),
    button('×', () => notice.remove(), 'icon', { 'aria-label': 'Dismiss' }),
  );
  while (place.children.length > 3) place.firstChild?.remove();
  place.append(notice);
  if (!stays) setTimeout(() => notice.remove(), 6_000);
}

/** @param {unknown} error */
export function showError(error) {
  const detail =
    error instanceof ApiError
      ? [error.code, error.requestId === undefined ? null : `request ${error.requestId}`]
          .filter(Boolean)
          .join(' · ')
      : undefined;
  notify(error instanceof Error ? error.message : String(error), { tone: 'bad', detail, stays: true });
}

/** Shows what the caller has to put right. True when there was something. @param {readonly RefusalFragment[]} userErrors */
export function showUserErrors(userErrors) {
  for (const { message, code } of userErrors) notify(message, { tone: 'bad', detail: code, stays: true });
  return userErrors.length > 0;
}

let dialogCount = 0;

/**
 * A dialog with a title, a body and a row of buttons; gone from the page once it is closed.
 * @param {{ title: string, kind?: string, onClose?: () => void }} options kind: 'panel', 'wide', 'small'
 */
export function openDialog({ title, kind = 'small', onClose = () => {} }) {
  const titleId = `dialog-title-${++dialogCount}`;
  const heading = el('h2', { id: titleId, tabindex: '-1' }, title);
  const body = el('div.dialog-body');
  const footer = el('footer');
  /** @type {HTMLDialogElement} */
  const dialog = el(
    `dialog.${kind}`,
    { 'aria-labelledby': titleId },
    el(
      'header',
      {},
      heading,
      button('×', () => dialog.close(), 'icon', { 'aria-label': 'Close' }),
    ),
    el('div.notices', { role: 'status' }),
    body,
    footer,
  );
  const closed = new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      onClose();
      resolve(undefined);
    });
  });
  document.body.append(dialog);
  dialog.showModal();
  heading.focus();
  return { dialog, heading, body, footer, closed, close: () => dialog.close() };
}

/**
 * Asks before something happens, saying what. True when the answer is yes; Escape means no.
 * @param {{ title: string, lines: readonly string[], yes: string, kind?: string }} question
 * @returns {Promise<boolean>}
 */
export async function ask({ title, lines, yes, kind = 'primary' }) {
  let answer = false;
  const { body, footer, close, closed } = openDialog({ title });
  replace(
    body,
    lines.map((line) => el('p', {}, line)),
  );
  /** @param {boolean} value */
  const say = (value) => () => {
    answer = value;
    close();
  };
  const no = button('Not now', say(false));
  replace(footer, no, button(yes, say(true), kind));
  no.focus();
  await closed;
  return answer;
}

/**
 * The last call of a burst counts, once it has been quiet for a while; `longestMs` bounds how long a steady burst may hold it up.
 * @template {unknown[]} Args
 * @param {(...args: Args) => void} work
 * @param {number} quietMs
 * @param {number} [longestMs]
 * @returns {(...args: Args) => void}
 */
export function debounce(work, quietMs, longestMs = Infinity) {
  /** @type {number | undefined} */
  let timer;
  let since = 0;
  return (...args) => {
    const now = Date.now();
    if (timer === undefined) since = now;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        timer = undefined;
        work(...args);
      },
      Math.max(0, Math.min(quietMs, since + longestMs - now)),
    );
  };
}
