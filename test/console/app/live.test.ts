import { createLive, reconnectDelay, type Connection, type Live } from '../../../src/console/app/api/live';
import { createSession, type Session } from '../../../src/console/app/session/session';
import { memoryStorage } from './memory-storage';

interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A socket whose other end is the test. */
class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static opened: FakeSocket[] = [];
  readonly sent: Message[] = [];
  readyState = 0;
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number; reason: string; wasClean: boolean }) => void;

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
    this.onclose?.({ code, reason: '', wasClean: false });
  }

  async open(): Promise<void> {
    this.readyState = 1;
    this.onopen?.();
    await settle();
  }

  async receive(message: object): Promise<void> {
    this.onmessage?.({ data: JSON.stringify(message) });
    await settle();
  }

  async acknowledge(): Promise<void> {
    await this.open();
    await this.receive({ type: 'connection_ack' });
  }
}

const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(0);
const newest = (): FakeSocket => FakeSocket.opened.at(-1)!;
const nothing = { next: () => undefined, error: () => undefined, complete: () => undefined };
const states: Connection[] = [];
let session: Session;
let live: Live;

beforeEach(() => {
  jest.useFakeTimers();
  // The browser's own events are the window's.
  Object.assign(globalThis, { addEventListener: () => undefined, removeEventListener: () => undefined });
  FakeSocket.opened = [];
  states.length = 0;
  session = createSession(memoryStorage());
  session.start({ token: 'the-token', expiresAt: null });
  live = createLive({ url: 'ws://gateway/graphql', session, webSocketImpl: FakeSocket });
  live.onState(() => states.push(live.state()));
});

afterEach(() => {
  live.close();
  jest.useRealTimers();
});

describe('live', () => {
  it('gives the token in the first message, and not in the address', async () => {
    live.subscribe({ query: 'subscription { a }', variables: () => ({}) }, nothing);
    await settle();
    await newest().open();
    expect([newest().url, newest().protocol]).toEqual(['ws://gateway/graphql', 'graphql-transport-ws']);
    expect(newest().sent).toEqual([
      { type: 'connection_init', payload: { authorization: 'Bearer the-token' } },
    ]);
  });

  it('goes on with the variables of that moment when the connection was lost', async () => {
    let after = 'c1';
    live.subscribe(
      { query: 'subscription { a }', variables: () => ({ after }) },
      { ...nothing, next: () => (after = 'c2') },
    );
    await settle();
    await newest().acknowledge();
    const id = newest().sent.at(-1)?.id;
    expect(newest().sent.at(-1)?.payload?.['variables']).toEqual({ after: 'c1' });
    await newest().receive({ id, type: 'next', payload: { data: { a: 1 } } });
    newest().close(1006);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.opened).toHaveLength(2);
    await newest().acknowledge();
    expect(newest().sent.at(-1)?.payload?.['variables']).toEqual({ after: 'c2' });
    expect(states.filter((state) => state !== 'connecting')).toEqual(['live', 'waiting', 'live']);
  });

  it('gives up a socket that answers no ping', async () => {
    live.subscribe({ query: 'subscription { a }', variables: () => ({}) }, nothing);
    await settle();
    await newest().acknowledge();
    await jest.advanceTimersByTimeAsync(15_000);
    expect(newest().sent.at(-1)).toMatchObject({ type: 'ping' });
    await jest.advanceTimersByTimeAsync(12_000);
    expect(FakeSocket.opened.length).toBeGreaterThan(1);
  });

  it.each([4401, 4403])(
    'does not try again with a token that was refused with %i, and goes on with the next one',
    async (code) => {
      live.subscribe({ query: 'subscription { a }', variables: () => ({}) }, nothing);
      await settle();
      await newest().open();
      newest().close(code);
      await jest.advanceTimersByTimeAsync(120_000);
      expect(FakeSocket.opened).toHaveLength(1);
      expect(session.state().kind).toBe('expired');
      session.start({ token: 'another-token', expiresAt: null });
      await jest.advanceTimersByTimeAsync(30_000);
      expect(FakeSocket.opened).toHaveLength(2);
      await newest().acknowledge();
      expect(newest().sent[0]?.payload).toEqual({ authorization: 'Bearer another-token' });
      expect(newest().sent.at(-1)?.type).toBe('subscribe');
    },
  );

  it('tells an error, and does not take the subscription up again', async () => {
    const error = jest.fn();
    live.subscribe({ query: 'subscription { a }', variables: () => ({}) }, { ...nothing, error });
    await settle();
    await newest().acknowledge();
    await newest().receive({
      id: newest().sent.at(-1)?.id,
      type: 'error',
      payload: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }],
    });
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ message: 'No.' }));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(newest().sent.filter(({ type }) => type === 'subscribe')).toHaveLength(1);
  });

  it('says when it wants no more of a subscription', async () => {
    const end = live.subscribe({ query: 'subscription { a }', variables: () => ({}) }, nothing);
    await settle();
    await newest().acknowledge();
    const id = newest().sent.at(-1)?.id;
    end();
    end();
    expect(newest().sent.filter(({ type }) => type === 'complete')).toEqual([{ id, type: 'complete' }]);
  });

  it('waits longer each time, up to a limit, and never exactly as long as others', () => {
    expect([0, 1, 2, 3].map((attempt) => reconnectDelay(attempt, 1))).toEqual([500, 1_000, 2_000, 4_000]);
    expect(reconnectDelay(50, 1)).toBe(20_000);
    expect(reconnectDelay(2, 0)).toBe(1_000);
  });
});
