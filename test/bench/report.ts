import { perOne, type StatementCount } from './support/statement-kinds';

/** One figure. A ratio has its counterpart measured in the same run. */
export interface Row {
  readonly measure: string;
  readonly mode: string;
  readonly value: string;
  readonly ratio: string;
  /** What issue 10 (the engine) or 12 (the API) asks for. */
  readonly target: string;
  /** What the first version measured. */
  readonly before: string;
  /** What the value is made of. */
  readonly note?: string;
}

const COLUMNS = ['measure', 'mode', 'value', 'ratio', 'target', 'before', 'note'] as const;

/** The table, one row a line: the modes of a measure side by side. */
export function toTable(rows: readonly Row[]): string {
  const order = [...new Set(rows.map(({ measure }) => measure))];
  const lines = [
    Object.fromEntries(COLUMNS.map((column) => [column, column])) as Record<string, string>,
    ...order.flatMap((measure) => rows.filter((row) => row.measure === measure)),
  ].map((row) =>
    COLUMNS.map((column) => (row as Readonly<Record<string, string | undefined>>)[column] ?? ''),
  );
  const widths = COLUMNS.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Statements for each of so many: with BEGIN and COMMIT, as the first version was counted, and what they are made of. */
export function statementCells(
  count: StatementCount,
  many: number,
  redisCommands = 0,
): Pick<Row, 'value' | 'ratio' | 'note'> {
  const { own, queue, control } = perOne(count, many);
  const parts = `own ${figure(own)}, queue ${figure(queue)}, BEGIN/COMMIT ${figure(control)}`;
  const redis = redisCommands > 0 ? `; Redis commands ${figure(redisCommands / many)}` : '';
  return {
    value: figure(own + queue + control),
    ratio: `${figure(own + queue)} without BEGIN/COMMIT`,
    note: `${parts}${redis}`,
  };
}

/** A number with as many decimals as its size deserves. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

/** An amount of memory. */
export const inMiB = (bytes: number): string => `${figure(bytes / 1_048_576)} MiB`;

/** The value below which that share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
