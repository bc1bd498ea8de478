import type { PortalAllowance } from '../driver/ports/portal-allowance';
import type { CallOptions } from '../driver/ports/portal-call';
import type { PortalName } from '../driver/ports/portal-error';
import { createHttpClient, type HttpAnswer, type HttpClient, type HttpRequest } from './http-client';
import { createMemoryAllowance } from './memory-allowance';
import { Pacing, type CallMetric, type PacingStatus } from './pacing';
import { outcomeUnknown, portalFailure, Unreadable } from './portal-failure';

/** How to reach a portal, and how hard to try. Only the base URL is needed. */
export interface ConnectionOptions {
  readonly baseUrl: string;
  /** For a whole call, from connecting to the last byte; default 15 s. */
  readonly timeoutMs?: number | undefined;
  /** A longer answer is none; default 64 MiB. */
  readonly maxAnswerBytes?: number | undefined;
  /** Default 5. */
  readonly requestsPerSecond?: number | undefined;
  /** In any 24 hours, every request counted; default: no limit. */
  readonly requestsPerDay?: number | undefined;
  /** What the account may ask of the portal; default: this process's memory, for a connector used alone. */
  readonly allowance?: PortalAllowance | undefined;
  /** Calls of this process under way at a time; default 8. */
  readonly maxConcurrent?: number | undefined;
  /** How long to stay away after a 429 that does not say; default 15 min for GPS, 10 s for Driveri. */
  readonly pauseMs?: number | undefined;
  /** Failures in a row (no connection, no answer, 5xx) after which nothing is sent for a while; default 5. */
  readonly breakerFailures?: number | undefined;
  /** That while; default 10 s. */
  readonly breakerRestMs?: number | undefined;
  /** Epoch ms; default the machine's clock. */
  readonly now?: (() => number) | undefined;
  /** Told of every call, also of those that were not sent. */
  readonly onCall?: ((metric: CallMetric) => void) | undefined;
  /** Told of every answer's `Date` (epoch ms by the portal's clock), with when it was sent and received by ours. */
  readonly onDate?: ((times: AnswerTimes) => void) | undefined;
}

/** When a call was sent and its answer received by our clock, and when it was answered by the portal's. Epoch ms. */
export interface AnswerTimes {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** Whole seconds, as the `Date` header has them. */
  readonly portalDate: number;
}

/** A call that tries an open breaker and brought no answer for this long after its time-out is given up. */
const PROBE_GRACE_MS = 5_000;

/** What a call brought. */
export interface Received<Value> {
  readonly value: Value;
  /** Epoch ms: the moment the request was sent. */
  readonly sentAt: number;
}

/** One account's line to one portal: paced, bounded, and every failure a `PortalError`. */
export class PortalConnection {
  readonly now: () => number;
  private readonly http: HttpClient;
  private readonly pacing: Pacing;
  private readonly onDate: ConnectionOptions['onDate'];

  constructor(portal: PortalName, options: ConnectionOptions, defaultPauseMs: number) {
    this.now = options.now ?? Date.now;
    this.onDate = options.onDate;
    const { maxConcurrent = 8, timeoutMs = 15_000 } = options;
    this.http = createHttpClient(portal, {
      baseUrl: options.baseUrl,
      timeoutMs,
      maxAnswerBytes: options.maxAnswerBytes ?? 64 * 1024 * 1024,
      connections: maxConcurrent,
    });
    this.pacing = new Pacing({
      allowance: options.allowance ?? createMemoryAllowance(this.now),
      rules: {
        requestsPerSecond: options.requestsPerSecond ?? 5,
        requestsPerDay: options.requestsPerDay ?? null,
        breakerFailures: options.breakerFailures ?? 5,
        breakerRestMs: options.breakerRestMs ?? 10_000,
        probeMs: timeoutMs + PROBE_GRACE_MS,
      },
      maxConcurrent,
      pauseMs: options.pauseMs ?? defaultPauseMs,
      now: this.now,
      onCall: options.onCall,
    });
  }

  /** Sends when its turn comes. What `read` throws as `Unreadable` is a failed call of kind `malformed`. */
  send<Value>(
    request: HttpRequest,
    options: CallOptions,
    read: (answer: HttpAnswer) => Value | Promise<Value>,
  ): Promise<Received<Value>> {
    return this.pacing.run(request.operation, options, async () => {
      const sentAt = this.now();
      const answer = await this.http.send(request);
      if (answer.date !== null) {
        this.onDate?.({ sentAt, receivedAt: this.now(), portalDate: answer.date });
      }
      return { value: await readAnswer(request, answer, read), sentAt };
    });
  }

  /** Throws when the account's limits cannot be read. */
  status(): Promise<PacingStatus> {
    return this.pacing.status();
  }

  /** Turns away the calls that wait, and waits for those under way. */
  async close(): Promise<void> {
    this.pacing.close();
    await this.http.close();
  }
}

async function readAnswer<Value>(
  { operation }: HttpRequest,
  answer: HttpAnswer,
  read: (answer: HttpAnswer) => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await read(answer);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw portalFailure(operation, 'malformed', `the answer could not be read: ${error.message}`, {
      // With 4xx, the call was refused, whatever the body says.
      outcome: answer.status < 400 ? outcomeUnknown(operation) : 'none',
      portalCode: String(answer.status),
    });
  }
}
