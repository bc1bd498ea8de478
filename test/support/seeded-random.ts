import { base, Faker } from '@faker-js/faker';

/** Chance that can be repeated: the same seed gives the same numbers. */
export interface SeededRandom {
  /** 0 or more, below 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export function seededRandom(seed: number): SeededRandom {
  const { number, helpers } = new Faker({ locale: base, seed });
  return {
    next: () => number.float(),
    between: (low, high) => number.int({ min: low, max: high }),
    pick: (items) => helpers.arrayElement(items),
  };
}
