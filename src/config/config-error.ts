import type { z } from 'zod';

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** The variable's name, or the path in the accounts file, e.g. `accounts[0].gps.baseUrl`. */
  readonly where: string;
  /** What is wrong and what would be right. Never holds a secret's value. */
  readonly what: string;
}

/** The configuration cannot be used. Holds every problem, so that a person mends them all at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly source: string,
    readonly problems: readonly ConfigProblem[],
  ) {
    const lines = problems.map(({ where, what }) => `  ${where}: ${what}`);
    super(`${source} cannot be used:\n${lines.join('\n')}`);
  }
}

/** A finding of the validator, with its place written as a path: `accounts[0].gps.baseUrl`. */
export function toConfigProblem(issue: z.core.$ZodIssue): ConfigProblem {
  const where = issue.path.reduce<string>(
    (path, step) =>
      typeof step === 'number' ? `${path}[${step}]` : path === '' ? String(step) : `${path}.${String(step)}`,
    '',
  );
  return { where: where === '' ? 'the file' : where, what: issue.message };
}
