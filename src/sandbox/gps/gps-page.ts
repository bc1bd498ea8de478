import type { WireRequest } from '../wire/request';
import { html, type Answer } from '../wire/reply';
import type { GpsSandbox } from './gps-sandbox';

/** placeholder */
export function answerGpsPage(_request: WireRequest, _sandbox: GpsSandbox): Answer {
  return html(200, '');
}
