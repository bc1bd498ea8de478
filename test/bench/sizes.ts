/** How much the engine's measures do. */
export interface Sizes {
  /** Drivers of the fleet that is imported into and edited. */
  readonly fleet: number;
  readonly imported: number;
  readonly singleChanges: number;
  /** Drivers of the fleet that is only compared; null leaves it out. */
  readonly bigFleet: number | null;
  readonly idleAccounts: number;
  readonly driversOfIdle: number;
  readonly idleMs: number;
  readonly repeats: number;
  /** How long an idle gateway is watched, so that its own statements can be taken off. */
  readonly watchIdleMs: number;
}

/** Every candidate is loaded for so long, in so many rounds. */
export interface PageSizes {
  readonly roundMs: number;
  readonly rounds: number;
}

/** Subscribers, each on a socket of its own, and the events of a round. */
export interface SubscriberSizes {
  readonly subscribers: number;
  readonly events: number;
  readonly rounds: number;
}

/** Fleets that the same questions are asked of, smallest first, each so often; the first one before that to warm up. */
export interface FleetSizes {
  readonly fleets: readonly number[];
  readonly repeats: number;
  readonly warmUp: number;
}

/** Starts with each kind of directory, and how long each rests before its memory is read. */
export interface StartSizes {
  readonly rounds: number;
  readonly idleMs: number;
}

/** The victim is watched for so long alone, twice as long beside an attack, and so long alone again. */
export interface NeighbourSizes {
  readonly roundMs: number;
}

/** Statements of a round. */
export interface StatementSizes {
  readonly rounds: number;
  readonly repeats: number;
}

/** A fleet, and how often some of it changes. */
export interface ProjectionSizes {
  readonly drivers: number;
  readonly rounds: number;
}

/** How much is measured. */
export interface AllSizes {
  readonly engine: Sizes;
  readonly pages: PageSizes;
  readonly subscribers: SubscriberSizes;
  readonly fleets: FleetSizes;
  readonly start: StartSizes;
  readonly neighbours: NeighbourSizes;
  readonly statements: StatementSizes;
  readonly projection: ProjectionSizes;
}

/** What issues 10 and 12 ask for. */
export const FULL: AllSizes = {
  engine: {
    fleet: 10_000,
    imported: 1_500,
    singleChanges: 60,
    bigFleet: 50_000,
    idleAccounts: 200,
    driversOfIdle: 10,
    idleMs: 70_000,
    repeats: 3,
    watchIdleMs: 5_000,
  },
  pages: { roundMs: 3_000, rounds: 5 },
  subscribers: { subscribers: 1_000, events: 100, rounds: 5 },
  fleets: { fleets: [1_000, 10_000, 100_000], repeats: 60, warmUp: 600 },
  start: { rounds: 3, idleMs: 20_000 },
  neighbours: { roundMs: 4_000 },
  statements: { rounds: 5, repeats: 2_000 },
  projection: { drivers: 10_000, rounds: 20 },
};

/** A smoke run: it shows that everything measures, and what it says is rough. */
export const QUICK: AllSizes = {
  engine: {
    fleet: 100,
    imported: 25,
    singleChanges: 5,
    bigFleet: null,
    idleAccounts: 5,
    driversOfIdle: 3,
    idleMs: 4_000,
    repeats: 1,
    watchIdleMs: 1_000,
  },
  pages: { roundMs: 500, rounds: 1 },
  subscribers: { subscribers: 100, events: 20, rounds: 1 },
  fleets: { fleets: [100, 1_000], repeats: 5, warmUp: 10 },
  start: { rounds: 1, idleMs: 2_000 },
  neighbours: { roundMs: 1_000 },
  statements: { rounds: 1, repeats: 100 },
  projection: { drivers: 1_000, rounds: 2 },
};
