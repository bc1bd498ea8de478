import { PassThrough } from 'node:stream';
import { writeUntilTaken } from '../../src/graphql/transports/write-until-taken';

describe('writing to a client', () => {
  const slow = (): PassThrough => new PassThrough({ highWaterMark: 4 });

  it('waits until a slow one has taken it, and leaves no listener behind', async () => {
    const client = slow();
    const names = ['drain', 'close', 'error'];
    const before = names.map((name) => client.listenerCount(name));
    for (let turn = 0; turn < 20; turn += 1) {
      let isTaken = false;
      const writing = writeUntilTaken(client, 'more than fits').then(() => {
        isTaken = true;
      });
      await new Promise(setImmediate);
      expect(isTaken).toBe(false);
      client.read();
      await writing;
    }
    expect(names.map((name) => client.listenerCount(name))).toEqual(before);
  });

  it('does not wait for one that leaves, or has left', async () => {
    const client = slow();
    const writing = writeUntilTaken(client, 'more than fits');
    client.destroy();
    await writing;
    await writeUntilTaken(client, 'too late');
    expect(client.listenerCount('drain')).toBe(0);
  });
});
