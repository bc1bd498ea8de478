import type { CallOptions } from '../../driver/ports/portal-call';
import type { PortalConnection, Received } from '../portal-connection';
import { portalFailure, type PortalOperation } from '../portal-failure';
import type { SharedGrant } from '../shared-grant';
import { gpsFailure, saysSessionEnded } from './gps-refusal';
import { formRequest, readEnvelope, type GpsParams } from './gps-request';

/** A call's options, with the time-out of a call that takes longer than others. */
export interface GpsCallOptions extends CallOptions {
  readonly timeoutMs?: number | undefined;
}

/** Calls methods of the GPS portal within the account's session. */
export interface GpsCalls {
  /** `read` gets the envelope's `data`. Throws `PortalError`. */
  call<Value>(
    name: string,
    effect: PortalOperation['effect'],
    params: GpsParams,
    options: GpsCallOptions,
    read: (data: unknown) => Value | Promise<Value>,
  ): Promise<Received<Value>>;
}

export interface GpsCallsParts {
  readonly connection: PortalConnection;
  readonly session: SharedGrant<string>;
  /** Echoed by the portal, so that its operators can find a call: the request's id. */
  readonly referenceTag?: (() => string | undefined) | undefined;
}

/** The answer to a call whose session was over: it had no effect. */
const SESSION_ENDED = Symbol('session ended');

export function createGpsCalls(parts: GpsCallsParts): GpsCalls {
  const { connection, session } = parts;
  return {
    async call(name, effect, params, options, read) {
      const operation: PortalOperation = { portal: 'gps', name, effect };
      const once = (token: string) => {
        const fields = { ...params, ...tagged(parts), session_token: token };
        const request = formRequest(operation, fields, options.timeoutMs);
        return connection.send(request, options, (answer) => {
          const envelope = readEnvelope(operation, answer);
          if (envelope.status === 'OK') return read(envelope.data);
          const refusal = { ...envelope, sent: Object.values(params) };
          if (saysSessionEnded(refusal)) return SESSION_ENDED;
          throw gpsFailure(operation, refusal);
        });
      };
      const token = await session.current();
      const first = await once(token);
      if (first.value !== SESSION_ENDED) return { ...first, value: first.value };
      const second = await once(await session.insteadOf(token));
      if (second.value !== SESSION_ENDED) return { ...second, value: second.value };
      const message = 'a new session was refused too: another program may be logging in as the same user';
      throw portalFailure(operation, 'credentials', message, { portalCode: '403' });
    },
  };
}

function tagged({ referenceTag }: GpsCallsParts): GpsParams {
  const tag = referenceTag?.();
  return tag === undefined ? {} : { reference_tag: tag.slice(0, 128) };
}
