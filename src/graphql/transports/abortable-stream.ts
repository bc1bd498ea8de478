/**
 * A stream that can be ended while it waits. An async generator's own `return()` is only heard at its next `yield`: one that waits
 * for something that never comes would stay for ever, with all it holds. Here `return()` aborts the signal first, and every
 * wait of the producer has to end with it.
 */
export function abortableStream<Item>(
  produce: (signal: AbortSignal) => AsyncGenerator<Item, void, void>,
): AsyncIterableIterator<Item, void, void> {
  const controller = new AbortController();
  const items = produce(controller.signal);
  return {
    next: () => items.next(),
    return() {
      controller.abort();
      return items.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
