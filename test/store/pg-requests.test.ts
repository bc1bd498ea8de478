import { ACME, OTHER, describeEachStore } from './pg-fixture';

const HOUR_MS = 3_600_000;

describeEachStore('requests to the owner', (given) => {
  const requests = () => given.store().requests;
  const ask = (now = 100, fields: { kind?: string; payload?: unknown } = {}) =>
    requests().ask(
      ACME,
      { kind: 'approve', actor: 'u1', payload: { run: 'r' }, trace: '00-ab', ...fields },
      now,
    );

  it('are open, oldest first, until they are answered', async () => {
    const second = await ask(200, { kind: 'cancel', payload: ['a', null, 1] });
    const first = await ask(100);
    expect(await requests().open(ACME)).toEqual([
      { id: first, kind: 'approve', actor: 'u1', payload: { run: 'r' }, trace: '00-ab' },
      { id: second, kind: 'cancel', actor: 'u1', payload: ['a', null, 1], trace: '00-ab' },
    ]);
    await requests().answer(ACME, first, { ok: true });
    expect((await requests().open(ACME)).map((one) => one.id)).toEqual([second]);
  });

  it('have no answer until there is one, and keep the first', async () => {
    const id = await ask();
    expect(await requests().answerOf(ACME, id)).toBeNull();
    await requests().answer(ACME, id, { value: [1, 'zwei'] });
    await requests().answer(ACME, id, { value: 'another' });
    expect(await requests().answerOf(ACME, id)).toEqual({ answer: { value: [1, 'zwei'] } });
    expect(await requests().answerOf(ACME, 'unknown')).toBeNull();
  });

  it('may be answered with nothing, which is an answer', async () => {
    const id = await ask();
    await requests().answer(ACME, id, null);
    expect(await requests().answerOf(ACME, id)).toEqual({ answer: null });
  });

  it('are gone once withdrawn: an answer finds nobody', async () => {
    const id = await ask();
    await requests().withdraw(ACME, id);
    expect(await requests().open(ACME)).toEqual([]);
    await requests().answer(ACME, id, 'late');
    expect(await requests().answerOf(ACME, id)).toBeNull();
  });

  it('are discarded an hour after they were asked, if they are answered; an open one stays', async () => {
    const answered = await ask(100);
    const open = await ask(100);
    await requests().answer(ACME, answered, 'yes');
    await ask(100 + HOUR_MS);
    expect(await requests().answerOf(ACME, answered)).toEqual({ answer: 'yes' });
    await ask(101 + HOUR_MS);
    expect(await requests().answerOf(ACME, answered)).toBeNull();
    expect((await requests().open(ACME)).map((one) => one.id)).toContain(open);
  });

  it('are what the account wants now', async () => {
    const requestsDue = async () => (await given.store().ownership.agenda(ACME, 150)).requests;
    expect(await requestsDue()).toBeNull();
    const id = await ask();
    expect(await requestsDue()).toBe(150);
    await requests().answer(ACME, id, 'done');
    expect(await requestsDue()).toBeNull();
  });

  it('are one account’s own', async () => {
    const id = await ask();
    expect(await requests().open(OTHER)).toEqual([]);
    await requests().answer(OTHER, id, 'theirs');
    await requests().withdraw(OTHER, id);
    expect(await requests().answerOf(OTHER, id)).toBeNull();
    expect((await requests().open(ACME)).map((one) => one.id)).toEqual([id]);
  });

  it('survive both processes: another one reads and answers them', async () => {
    const id = await ask();
    const other = await given.storeAgain();
    expect((await other.requests.open(ACME)).map((one) => one.id)).toEqual([id]);
    await other.requests.answer(ACME, id, 'from there');
    expect(await requests().answerOf(ACME, id)).toEqual({ answer: 'from there' });
  });
});
