import path from 'node:path';

const ASSETS = path.resolve(__dirname, '../../src/console/assets');

interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A socket whose other end is the test. */
class FakeSocket {
  static opened: FakeSocket[] = [];
  readonly sent: Message[] = [];
  readyState = 0;
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number }) => void;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    FakeSocket.opened.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Message);
  }

  close(code = 1005): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  receive(message: Message | { readonly payload: unknown }): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  acknowledge(): void {
    this.open();
    this.receive({ type: 'connection_ack' });
  }
}

const newest = (): FakeSocket => FakeSocket.opened.at(-1)!;
const states: string[] = [];
const onRefused = jest.fn();
let live: {
  subscribe: (query: string, variables: () => object, sink: object) => () => void;
  retryNow: () => void;
  close: () => void;
};
let reconnectDelay: (attempt: number, random: number) => number;

beforeEach(async () => {
  jest.useFakeTimers();
  FakeSocket.opened = [];
  states.length = 0;
  onRefused.mockReset();
  const module = await import(path.join(ASSETS, 'live.js'));
  reconnectDelay = module.reconnectDelay;
  live = module.createLive({
    url: 'ws://gateway/graphql',
    token: 'the-token',
    onState: (state: string) => states.push(state),
    onRefused,
    WebSocket: FakeSocket,
  });
});

afterEach(() => {
  live.close();
  jest.useRealTimers();
});

describe('live', () => {
  it('hands the token over in the first message, and not in the address', () => {
    newest().open();
    expect(newest().url).toBe('ws://gateway/graphql');
    expect(newest().protocol).toBe('graphql-transport-ws');
    expect(newest().sent).toEqual([
      { type: 'connection_init', payload: { authorization: 'Bearer the-token' } },
    ]);
  });

  it('subscribes once it is let in, and hands on what comes', () => {
    const next = jest.fn();
    live.subscribe('subscription { a }', () => ({ x: 1 }), { next });
    newest().open();
    expect(newest().sent).toHaveLength(1);
    newest().receive({ type: 'connection_ack' });
    expect(newest().sent.at(-1)).toEqual({
      id: '1',
      type: 'subscribe',
      payload: { query: 'subscription { a }', variables: { x: 1 } },
    });
    newest().receive({ id: '1', type: 'next', payload: { data: { a: 2 } } });
    expect(next).toHaveBeenCalledWith({ a: 2 });
  });

  it('goes on after the last cursor when the connection was lost', () => {
    let after = 'c1';
    live.subscribe('subscription { a }', () => ({ after }), { next: () => (after = 'c2') });
    newest().acknowledge();
    newest().receive({ id: '1', type: 'next', payload: { data: {} } });
    newest().close(1006);
    jest.advanceTimersByTime(1_000);
    expect(FakeSocket.opened).toHaveLength(2);
    newest().acknowledge();
    expect(newest().sent.at(-1)?.payload?.['variables']).toEqual({ after: 'c2' });
    expect(states).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live']);
  });

  it('answers a ping', () => {
    newest().acknowledge();
    newest().receive({ type: 'ping' });
    expect(newest().sent.at(-1)).toEqual({ type: 'pong' });
  });

  it('gives up a socket that answers no ping', () => {
    newest().acknowledge();
    jest.advanceTimersByTime(20_000);
    expect(newest().sent.at(-1)).toEqual({ type: 'ping' });
    jest.advanceTimersByTime(10_000);
    expect(states.at(-1)).toBe('waiting');
    jest.advanceTimersByTime(1_000);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it.each([4401, 4403])('does not try again with a token that is refused with %i', (code) => {
    newest().open();
    newest().close(code);
    jest.advanceTimersByTime(60_000);
    expect(FakeSocket.opened).toHaveLength(1);
    expect(onRefused).toHaveBeenCalledTimes(1);
  });

  it('tells an error with its request id, and does not take the subscription up again', () => {
    const error = jest.fn();
    live.subscribe('subscription { a }', () => ({}), { next: jest.fn(), error });
    newest().acknowledge();
    newest().receive({
      id: '1',
      type: 'error',
      payload: [{ message: 'No.', extensions: { code: 'FORBIDDEN', requestId: 'r1' } }],
    });
    expect(error).toHaveBeenCalledWith(
      expect.objectContaining({ message: 'No.', code: 'FORBIDDEN', requestId: 'r1' }),
    );
    newest().close(1006);
    jest.advanceTimersByTime(1_000);
    newest().acknowledge();
    expect(newest().sent).toHaveLength(1);
  });

  it('says when it wants no more of a subscription', () => {
    const end = live.subscribe('subscription { a }', () => ({}), { next: jest.fn() });
    newest().acknowledge();
    end();
    end();
    expect(newest().sent.filter(({ type }) => type === 'complete')).toEqual([{ id: '1', type: 'complete' }]);
  });

  it('waits longer each time, up to a limit, and never exactly as long as others', () => {
    expect([0, 1, 2, 3].map((attempt) => reconnectDelay(attempt, 1))).toEqual([500, 1_000, 2_000, 4_000]);
    expect(reconnectDelay(50, 1)).toBe(20_000);
    expect(reconnectDelay(2, 0)).toBe(1_000);
  });
});
