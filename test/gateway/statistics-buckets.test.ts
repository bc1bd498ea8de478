import { bucketLimits } from '../../src/gateway/statistics-buckets';

const at = (text: string): number => Date.parse(text);
const limits = (...args: Parameters<typeof bucketLimits>) =>
  bucketLimits(...args)?.map((limit) => new Date(limit).toISOString());

describe('the buckets of statistics', () => {
  it('are days of the time zone, 23 and 25 hours long when the clocks change', () => {
    expect(limits(at('2026-03-07T12:00:00Z'), at('2026-03-10T05:00:00Z'), 'DAY', 'America/Chicago')).toEqual([
      '2026-03-07T06:00:00.000Z',
      '2026-03-08T06:00:00.000Z',
      '2026-03-09T05:00:00.000Z',
      '2026-03-10T05:00:00.000Z',
    ]);
    expect(
      limits(at('2026-11-01T06:00:00Z'), at('2026-11-01T06:00:00.001Z'), 'DAY', 'America/Chicago'),
    ).toEqual(['2026-11-01T05:00:00.000Z', '2026-11-02T06:00:00.000Z']);
  });

  it('begin when the clocks begin a date whose midnight they skip', () => {
    expect(
      limits(at('2018-11-04T12:00:00Z'), at('2018-11-04T12:00:01Z'), 'DAY', 'America/Sao_Paulo'),
    ).toEqual(['2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z']);
  });

  it('leave out a date that a zone has left out', () => {
    const found = bucketLimits(at('2011-12-29T12:00:00Z'), at('2012-01-01T12:00:00Z'), 'DAY', 'Pacific/Apia');
    expect(found).toEqual([...new Set(found)].sort());
  });

  it('are full hours of the clocks, also where they stand half an hour off', () => {
    expect(limits(at('2026-11-23T22:31:07Z'), at('2026-11-24T00:00:00Z'), 'HOUR', 'Asia/Kolkata')).toEqual([
      '2026-11-23T22:30:00.000Z',
      '2026-11-23T23:30:00.000Z',
      '2026-11-24T00:30:00.000Z',
    ]);
  });

  it('are none for a range that ends where it begins, and refused when there are more than 400', () => {
    const day = 24 * 3_600_000;
    expect(bucketLimits(5, 5, 'DAY', 'UTC')).toEqual([]);
    expect(bucketLimits(5, 4, 'DAY', 'UTC')).toEqual([]);
    expect(bucketLimits(0, 400 * day, 'DAY', 'UTC')).toHaveLength(401);
    expect(bucketLimits(0, 400 * day + 1, 'DAY', 'UTC')).toBeNull();
    expect(bucketLimits(0, 8.64e15, 'HOUR', 'UTC')).toBeNull();
  });
});
