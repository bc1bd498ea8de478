import { explain } from '../explain';
import { comesFromHere } from '../wire/same-origin';
import { seeOther, type Answer } from '../wire/reply';
import type { WireRequest } from '../wire/request';
import { page } from './layout';
import { markup } from './markup';
import type { PortalPage, Values } from './portal-page';
import { formPage, overviewPage } from './portal-views';

/** Answers a person's browser: shows the page, or does what a form asks for and shows the page again. */
export function answerPage(request: WireRequest, portal: PortalPage): Answer {
  const path = `/${request.segments.join('/')}`;
  if (request.method === 'GET' || request.method === 'HEAD') return show(path, request.query, portal);
  if (request.method !== 'POST') return notice(405, 'This page takes GET and POST', portal);
  if (!comesFromHere(request)) return notice(403, 'This form was sent by another site', portal);
  const form = Object.fromEntries(new URLSearchParams(request.body));
  try {
    return change(path, form, portal) ? seeOther(backTo(form)) : notice(404, 'There is no such form', portal);
  } catch (cause) {
    return refused(path, form, explain(cause), portal);
  }
}

function show(path: string, query: URLSearchParams, portal: PortalPage): Answer {
  if (path === '/') return page(200, portal.title, portal.accent, overviewPage(portal, query, ''));
  if (path !== '/driver') return notice(404, 'There is no such page', portal);
  const key = query.get('key') ?? undefined;
  const values = portal.values(key);
  if (values === undefined) return notice(404, 'There is no such driver', portal);
  return page(200, portal.title, portal.accent, formPage(portal, key, values, ''));
}

// Whether there is such a form; what it asks for is done then.
function change(path: string, form: Values, portal: PortalPage): boolean {
  const { key, back: _back, ...values } = form;
  switch (path) {
    case '/driver':
      portal.save(key, ofFields(values, portal));
      return true;
    case '/act':
      portal.act(form['action'] ?? '', key ?? '');
      return true;
    case '/command':
      portal.commands[form['command'] ?? '']?.();
      return true;
    case '/faults':
      portal.faults.set(faultOf(form));
      return true;
    case '/faults/clear':
      portal.faults.clear(form['id']);
      return true;
    case '/switches':
      portal.setSwitches(JSON.parse(form['switches'] ?? '{}'));
      return true;
    default:
      return false;
  }
}

// Nothing but what the form has: a record has more than a person may set.
function ofFields(values: Values, { fields }: PortalPage): Values {
  return Object.fromEntries(
    fields.flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]] as const])),
  );
}

function faultOf(form: Values): Parameters<PortalPage['faults']['set']>[0] {
  const more: unknown = JSON.parse(form['more'] === undefined || form['more'] === '' ? '{}' : form['more']);
  const numbers = ['times', 'delayMs'].flatMap((name) =>
    form[name] ? [[name, Number(form[name])] as const] : [],
  );
  // The board parses it, whatever it is.
  return {
    ...Object(more),
    ...Object.fromEntries(numbers),
    operation: form['operation'],
    kind: form['kind'],
  };
}

function refused(path: string, form: Values, problem: string, portal: PortalPage): Answer {
  if (path !== '/driver') {
    return page(400, portal.title, portal.accent, overviewPage(portal, new URLSearchParams(), problem));
  }
  const { key, ...values } = form;
  return page(400, portal.title, portal.accent, formPage(portal, key, values, problem));
}

function notice(status: number, text: string, portal: PortalPage): Answer {
  return page(
    status,
    portal.title,
    portal.accent,
    markup`<p class="problem">${text}</p><p><a href="/">Back</a></p>`,
  );
}

// Only to this page: a form must not send anybody elsewhere.
function backTo(form: Values): string {
  const back = form['back'] ?? '';
  return back.startsWith('/?') ? back : '/';
}
