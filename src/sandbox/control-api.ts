import { explain } from './explain';
import type { FaultInput } from './faults/fault';
import type { PortalControls } from './portal-host';
import { comesFromHere } from './wire/same-origin';
import { empty, json, type Answer } from './wire/reply';
import type { WireRequest } from './wire/request';

/** What a portal lets the control API see and turn. */
export interface Controllable {
  readonly controls: Pick<PortalControls, 'faults' | 'calls' | 'resetCalls'>;
  drivers(): readonly object[];
  switches(): object;
  /** Throws when a switch is unknown or has a value that it cannot have. */
  setSwitches(changes: unknown): void;
}

/**
 * The JSON control API below `/sandbox` on a portal's port, for tests in other processes:
 *
 * | call | does |
 * |---|---|
 * | `GET faults` | lists the faults in force, and the kinds and operations there are |
 * | `POST faults` | sets one: `{"operation": "driver/list", "kind": "slow", "delayMs": 50, "times": 1}` → `{"id": …}` |
 * | `DELETE faults` | clears all, or `?id=`, or `?operation=` |
 * | `GET calls`, `DELETE calls` | tells and resets the calls per operation |
 * | `GET switches`, `PATCH switches` | tells and turns the portal's switches |
 * | `GET drivers` | everything the portal holds, removed drivers included |
 */
export function answerControl(path: readonly string[], request: WireRequest, portal: Controllable): Answer {
  if (request.method !== 'GET' && !comesFromHere(request))
    return json(403, { error: 'Another site sent this' });
  try {
    return route(`${request.method} ${path.join('/')}`, request, portal);
  } catch (cause) {
    return json(400, { error: explain(cause) });
  }
}

function route(call: string, request: WireRequest, { controls, ...portal }: Controllable): Answer {
  const { faults } = controls;
  switch (call) {
    case 'GET faults':
      return json(200, { faults: faults.list(), kinds: faults.kinds, operations: faults.operations });
    case 'POST faults':
      return json(201, { id: faults.set(JSON.parse(request.body) as FaultInput) }); // the board parses it
    case 'DELETE faults':
      faults.clear(request.query.get('id') ?? request.query.get('operation') ?? undefined);
      return empty(204);
    case 'GET calls':
      return json(200, controls.calls());
    case 'DELETE calls':
      controls.resetCalls();
      return empty(204);
    case 'GET switches':
      return json(200, portal.switches());
    case 'PATCH switches':
      portal.setSwitches(JSON.parse(request.body));
      return json(200, portal.switches());
    case 'GET drivers':
      return json(200, portal.drivers());
    default:
      return json(404, { error: `There is no ${call}` });
  }
}
