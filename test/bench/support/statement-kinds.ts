/** Statements by what they are for. BEGIN, COMMIT and the like are in `control` and in nothing else. */
export interface StatementCount {
  /** Of the gateway's own tables and the rest of its work. */
  readonly own: number;
  /** Of BullMQ, where the queue lives in the database. */
  readonly queue: number;
  /** BEGIN, COMMIT, ROLLBACK, SAVEPOINT, SET: what carries no data. */
  readonly control: number;
}

export const NO_STATEMENTS: StatementCount = { own: 0, queue: 0, control: 0 };

const CONTROL =
  /^\s*(begin|start transaction|commit|end|rollback|savepoint|release|set|discard|deallocate)\b/i;
/** BullMQ's scripts begin with a comment and name its tables without a schema; our statements do neither. */
const QUEUE = /^\s*--|\bbullmq\b|\b(from|into|update) "?(migration|meta|job|event|dedup)\b/i;

/** The count with these executions of one text. */
export function countStatement(
  count: StatementCount,
  text: string,
  isQueue = QUEUE.test(text) && !/gateway/.test(text),
  times = 1,
): StatementCount {
  const kind = CONTROL.test(text) ? 'control' : isQueue ? 'queue' : 'own';
  return { ...count, [kind]: count[kind] + times };
}

/** What came between two counts. */
export function statementsBetween(before: StatementCount, after: StatementCount): StatementCount {
  return combine(after, before, (late, early) => late - early);
}

/** The count without what an idle gateway, at that pace, runs in so many seconds. */
export function withoutIdle(
  count: StatementCount,
  idlePerSecond: StatementCount,
  seconds: number,
): StatementCount {
  return combine(count, idlePerSecond, (all, idle) => all - idle * seconds);
}

/** The count for each of so many. */
export function perOne(count: StatementCount, many: number): StatementCount {
  return combine(count, count, (all) => all / many);
}

/** All of them, BEGIN and COMMIT included. */
export const allOf = ({ own, queue, control }: StatementCount): number => own + queue + control;

/** All but BEGIN, COMMIT and the like. */
export const workOf = ({ own, queue }: StatementCount): number => own + queue;

function combine(
  one: StatementCount,
  other: StatementCount,
  by: (one: number, other: number) => number,
): StatementCount {
  return {
    own: by(one.own, other.own),
    queue: by(one.queue, other.queue),
    control: by(one.control, other.control),
  };
}
