import { exitStatus, printReports, reportsAsJson, type AccountReport } from '../../src/check/finding';
import { judgeWay } from '../../src/check/judge-way';
import type { ShownCertificate, Way } from '../../src/check/reach-portal';

const NOW = Date.parse('2030-05-01T00:00:00Z');

const way = (certificate: Partial<ShownCertificate>): Way => ({
  place: 'gps.example.com:443',
  host: 'gps.example.com',
  isHttps: true,
  proxy: null,
  name: { kind: 'done', value: '192.0.2.1' },
  connection: { kind: 'done', value: null },
  tunnel: { kind: 'skipped' },
  certificate: {
    kind: 'done',
    value: {
      issuer: 'Acme Authority',
      validTo: NOW + 90 * 24 * 3_600_000,
      names: 'portal.example.org',
      refusal: null,
      ...certificate,
    },
  },
  speaksTls: null,
});

const certificateOf = (certificate: Partial<ShownCertificate>) =>
  judgeWay('gps', way(certificate), NOW).find(({ check }) => check === 'certificate');

describe('a certificate', () => {
  it.each([
    ['is right', {}, 'ok', undefined],
    ['ends soon', { validTo: NOW + 9 * 24 * 3_600_000 }, 'warning', 'It ends in 9 days'],
    ['has expired', { refusal: 'CERT_HAS_EXPIRED' }, 'wrong', 'Have it renewed'],
    ['is not valid yet', { refusal: 'CERT_NOT_YET_VALID' }, 'wrong', 'clock'],
    ['is for another host', { refusal: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'wrong', 'portal.example.org'],
    ['has an unknown authority', { refusal: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'wrong', 'that authority'],
  ] as const)('that %s', (_name, certificate, state, change) => {
    const finding = certificateOf(certificate);
    expect(finding).toMatchObject({ state, found: expect.stringContaining('issued by “Acme Authority”') });
    if (change === undefined) expect(finding?.change).toBeUndefined();
    else expect(finding?.change).toContain(change);
  });
});

describe('a report', () => {
  const report = (state: 'ok' | 'warning' | 'wrong'): AccountReport => ({
    account: 'acme',
    findings: [
      { portal: 'gps', check: 'name', state: 'ok', found: 'gps.example.com is 192.0.2.1' },
      {
        portal: 'driveri',
        check: 'tenant',
        state,
        found: 'acme',
        change: 'Give it.',
        where: 'driveri.tenant',
      },
    ],
  });

  it('is a table with meaning, change and place below what is not right', () => {
    const indent = ' '.repeat(39);
    expect(printReports([report('wrong')]).split('\n')).toEqual([
      'acme',
      '  ok     GPS      name (DNS)         gps.example.com is 192.0.2.1',
      '  WRONG  Driveri  tenant             acme',
      `${indent}means:  The credentials are right, but not for this tenant.`.slice(2),
      `${indent}change: Give it.`.slice(2),
      `${indent}where:  driveri.tenant`.slice(2),
      '',
    ]);
    expect(printReports([report('ok')])).not.toContain('means:');
  });

  it('ends with 1 only when something would stop the sync, and says so in JSON', () => {
    expect((['ok', 'warning', 'wrong'] as const).map((state) => exitStatus([report(state)]))).toEqual([
      0, 0, 1,
    ]);
    expect(JSON.parse(reportsAsJson([report('wrong')]))).toMatchObject({
      stopsSync: true,
      accounts: [
        { account: 'acme', findings: [{ check: 'name' }, { title: 'tenant', where: 'driveri.tenant' }] },
      ],
    });
  });
});
