import { CallCounter } from './faults/call-counter';
import { FaultBoard, type Faults } from './faults/fault-board';
import type { FaultKind } from './faults/fault';
import { listen, type Listener, type Respond } from './wire/listener';

/** Where a portal listens. */
export interface HostOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 0: any free port. It stays the same when the portal is stopped and started. */
  readonly port?: number | undefined;
}

/** What both emulated portals have in common, for tests and for the composition root. */
export interface PortalControls {
  /** The address of the portal's page. */
  readonly pageUrl: string;
  readonly port: number;
  readonly faults: Faults;
  /** How often each operation was called since the start or the last reset. */
  calls(): Readonly<Record<string, number>>;
  resetCalls(): void;
  /** Takes the portal off the network: connections are refused, what is under way breaks. Its state stays. */
  stop(): Promise<void>;
  /** Brings a stopped portal back, on the same port. */
  start(): Promise<void>;
  /** Resolves when the state is on disk. */
  flush(): Promise<void>;
  /** Stops for good; the state is on disk. */
  close(): Promise<void>;
}

/** One portal's place on the network: a port that can go down and come back. */
export class PortalHost {
  readonly faults: FaultBoard;
  readonly calls = new CallCounter();
  private listener: Listener | undefined;
  private address = { port: 0, origin: '' };

  private respond: Respond = () => ({ kind: 'reset' });

  private constructor(
    private readonly hostName: string,
    faults: FaultBoard,
  ) {
    this.faults = faults;
  }

  /** Opens the port; calls are answered from `serve` on. Rejects when the port cannot be had. */
  static async open(
    options: HostOptions,
    known: { readonly kinds: readonly FaultKind[]; readonly operations: readonly string[] },
  ): Promise<PortalHost> {
    const host = new PortalHost(options.host ?? '127.0.0.1', new FaultBoard(known.kinds, known.operations));
    host.address = { port: options.port ?? 0, origin: '' };
    await host.start();
    return host;
  }

  serve(respond: Respond): void {
    this.respond = respond;
  }

  get origin(): string {
    return this.address.origin;
  }

  get port(): number {
    return this.address.port;
  }

  async stop(): Promise<void> {
    const listener = this.listener;
    this.listener = undefined;
    await listener?.close();
  }

  async start(): Promise<void> {
    if (this.listener !== undefined) return;
    this.listener = await listen(this.hostName, this.address.port, (request) => this.respond(request));
    this.address = { port: this.listener.port, origin: this.listener.origin };
  }

  /** The controls, with the portal's own way to flush its state. */
  controls(flush: () => Promise<void>): PortalControls {
    return {
      pageUrl: `${this.origin}/`,
      port: this.port,
      faults: this.faults,
      calls: () => this.calls.calls(),
      resetCalls: () => this.calls.reset(),
      stop: () => this.stop(),
      start: () => this.start(),
      flush,
      close: async () => {
        await this.stop();
        await flush();
      },
    };
  }
}
