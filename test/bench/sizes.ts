/** How much is measured. */
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

/** Issue 10's. */
export const FULL: Sizes = {
  fleet: 10_000,
  imported: 1_500,
  singleChanges: 60,
  bigFleet: 50_000,
  idleAccounts: 200,
  driversOfIdle: 10,
  idleMs: 70_000,
  repeats: 3,
  watchIdleMs: 5_000,
};

/** A smoke run: it shows that everything measures, and what it says is rough. */
export const QUICK: Sizes = {
  fleet: 100,
  imported: 25,
  singleChanges: 5,
  bigFleet: null,
  idleAccounts: 5,
  driversOfIdle: 3,
  idleMs: 4_000,
  repeats: 1,
  watchIdleMs: 1_000,
};
