import type { WireRequest } from '../wire/request';
import { html, type Answer } from '../wire/reply';
import type { DriveriSandbox } from './driveri-sandbox';

/** placeholder */
export function answerDriveriPage(_request: WireRequest, _sandbox: DriveriSandbox): Answer {
  return html(200, '');
}
