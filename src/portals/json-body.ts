import { Unreadable } from './portal-failure';

/** What a body holds. Throws `Unreadable` when it is empty or not JSON: a page, half an answer. */
export function parseJson(body: string): unknown {
  if (body.trim() === '') throw new Unreadable('it is empty');
  try {
    return JSON.parse(body);
  } catch {
    throw new Unreadable('it is not JSON');
  }
}
