/** Counts a portal's calls per operation, whatever became of them. */
export class CallCounter {
  private counts = new Map<string, number>();

  count(operation: string): void {
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
  }

  /** The counts since the last reset; an operation that was not called is not in it. */
  calls(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }

  reset(): void {
    this.counts.clear();
  }
}
