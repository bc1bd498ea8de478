import {
  concerns,
  endsTheCall,
  faultSchema,
  type Fault,
  type FaultInput,
  type FaultKind,
  type FaultOf,
  type Operation,
} from './fault';

/** A fault in force: its id, how often it has hit, and how often it still will (null: until cleared). */
export type ActiveFault = Fault & {
  readonly id: string;
  readonly hits: number;
  readonly left: number | null;
};

/** What a portal, a test or a person does with faults. */
export interface Faults {
  /** Puts a fault in force and returns its id. Throws when the portal knows no such operation or kind. */
  set(fault: FaultInput): string;
  /** Ends faults: one (by id), those set for an operation (by its name), or all. Held calls go on. */
  clear(which?: string): void;
  list(): readonly ActiveFault[];
  /** Resolves when the fault has hit a call, or is cleared: a test waits for that, not for time. */
  reached(id: string): Promise<void>;
  readonly kinds: readonly FaultKind[];
  readonly operations: readonly string[];
}

/** The faults that hit one call. */
export interface Hits {
  readonly all: readonly Fault[];
  of<Kind extends FaultKind>(kind: Kind): FaultOf<Kind> | undefined;
  /** How many calls that fault had hit before this one. */
  hitsBefore(kind: FaultKind): number;
  /** Resolves when no fault that holds this call is in force any more. */
  released(): Promise<void>;
}

interface Entry {
  readonly id: string;
  readonly fault: Fault;
  hits: number;
  left: number;
  readonly hit: Moment;
  readonly ended: Moment;
}

/** Which faults are in force at one portal, and which of them hit a call. */
export class FaultBoard implements Faults {
  private entries: Entry[] = [];
  private lastId = 0;

  constructor(
    readonly kinds: readonly FaultKind[],
    readonly operations: readonly string[],
  ) {}

  set(input: FaultInput): string {
    const fault = faultSchema.parse(input);
    if (!this.kinds.includes(fault.kind)) throw new Error(`This portal cannot do "${fault.kind}"`);
    if (fault.operation !== '*' && !this.operations.includes(fault.operation)) {
      throw new Error(`There is no operation "${fault.operation}"; there are ${this.operations.join(', ')}`);
    }
    const id = `fault-${++this.lastId}`;
    this.entries.push({ id, fault, hits: 0, left: fault.times ?? Infinity, hit: moment(), ended: moment() });
    return id;
  }

  clear(which?: string): void {
    const goes = (entry: Entry): boolean =>
      which === undefined || entry.id === which || entry.fault.operation === which;
    for (const entry of this.entries.filter(goes)) {
      entry.ended.comes();
      entry.hit.comes();
    }
    this.entries = this.entries.filter((entry) => !goes(entry));
  }

  list(): readonly ActiveFault[] {
    return this.entries
      .filter(inForce)
      .map(({ id, fault, hits, left }) => ({ ...fault, id, hits, left: left === Infinity ? null : left }));
  }

  reached(id: string): Promise<void> {
    return this.entries.find((entry) => entry.id === id)?.hit.come ?? Promise.resolve();
  }

  /** The faults that hit this call; each is used up by one. Of two of one kind only the older hits. */
  take(operation: Operation): Hits {
    if (this.entries.length === 0) return NO_HITS;
    const hit = new Map<FaultKind, { readonly entry: Entry; readonly before: number }>();
    for (const entry of this.entries) {
      if (entry.left <= 0 || hit.has(entry.fault.kind) || !concerns(entry.fault, operation)) continue;
      hit.set(entry.fault.kind, { entry, before: entry.hits });
      entry.hits += 1;
      entry.left -= 1;
      entry.hit.comes();
      if (endsTheCall(entry.fault)) break;
    }
    this.entries = this.entries.filter(inForce);
    return hits(hit);
  }
}

// A used-up fault that holds a call stays until it is cleared, so that the call can be released.
function inForce(entry: Entry): boolean {
  return entry.left > 0 || entry.fault.kind === 'hold';
}

function hits(hit: ReadonlyMap<FaultKind, { readonly entry: Entry; readonly before: number }>): Hits {
  return {
    all: [...hit.values()].map(({ entry }) => entry.fault),
    of: <Kind extends FaultKind>(kind: Kind) => hit.get(kind)?.entry.fault as FaultOf<Kind> | undefined, // the map's key is its fault's kind
    hitsBefore: (kind) => hit.get(kind)?.before ?? 0,
    released: () => hit.get('hold')?.entry.ended.come ?? Promise.resolve(),
  };
}

const NO_HITS: Hits = hits(new Map());

interface Moment {
  readonly come: Promise<void>;
  readonly comes: () => void;
}

function moment(): Moment {
  let comes: () => void = () => undefined;
  const come = new Promise<void>((resolve) => {
    comes = resolve;
  });
  return { come, comes };
}
