/** Turned off meanwhile: nothing may be written any more. */
export class SyncIsOff extends Error {
  constructor() {
    super('Driver Sync is off');
  }
}

/** Nothing failed, but this driver can only go on after a while. */
export class StepUnsettled extends Error {
  constructor(
    message: string,
    readonly waitMs: number,
  ) {
    super(message);
  }
}

/** What came of a reconcile: for tests and metrics, nobody decides by it. */
export type ReconcileOutcome = 'settled' | 'postponed' | 'idle' | 'off';
