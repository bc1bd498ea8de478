import { suspicionOf } from '../../src/driver/guard/suspicious-driver-id';
import { driverId, readDriverId } from '../../src/driver/ids';

const D = driverId;

describe('a DriverID that is no fit identity', () => {
  it.each([
    ...[
      'N/A',
      'n/a',
      'NA',
      ' N.A. ',
      'NULL',
      '(null)',
      '<none>',
      '-',
      '--',
      '—',
      '.',
      '?',
      '0',
      '000',
      '0.0',
      '00-00',
    ],
    ...[
      '#N/A',
      '#REF!',
      '#VALUE!',
      'undefined',
      'NaN',
      'None',
      'nil',
      'TBD',
      'unknown',
      '[object Object]',
      '\u200b',
      'ｎｕｌｌ',
    ],
  ])('%j is a placeholder, linked or not', (id) => {
    expect(suspicionOf(D(id), null)).toContain('placeholder');
    expect(suspicionOf(D(id), D('TX-9001'))).toContain('placeholder');
  });

  it.each(['1.23457E+17', '4,17e+12'])('%s has lost digits in a spreadsheet', (id) => {
    expect(suspicionOf(D(id), null)).toContain('spreadsheet');
  });

  it.each([
    { wanted: 'TX-9001', linked: 'tx-9001', only: 'upper and lower case' },
    { wanted: '417', linked: '00417', only: 'leading zeros' },
    { wanted: 'TX-0042', linked: 'TX-42', only: 'leading zeros' },
    { wanted: '417.0', linked: '417', only: 'the way a number is written' },
    { wanted: '1,234', linked: '1234', only: 'the way a number is written' },
    { wanted: 'TX\u200b-9001', linked: 'TX-9001', only: 'invisible characters or spaces' },
    { wanted: 'TX-9001\ufeff', linked: 'TX-9001', only: 'invisible characters or spaces' },
    { wanted: 'TX\u00ad9001', linked: 'TX9001', only: 'invisible characters or spaces' },
    { wanted: 'TX 9001', linked: 'TX9001', only: 'invisible characters or spaces' },
    { wanted: 'A&amp;B-1', linked: 'A&B-1', only: 'HTML entities' },
    { wanted: 'A&#45;1', linked: 'A-1', only: 'HTML entities' },
    { wanted: 'A%2F1', linked: 'A/1', only: 'percent-encoding' },
    { wanted: 'ＴＸ-９００１', linked: 'TX-9001', only: 'Unicode form' },
    { wanted: 'ﬁ-1', linked: 'fi-1', only: 'Unicode form' },
    { wanted: 'TX–9001', linked: 'TX-9001', only: 'quotation marks or dashes' },
    { wanted: "'00417", linked: '00417', only: 'quotation marks or dashes' },
    { wanted: '="00417"', linked: '00417', only: 'quotation marks or dashes' },
    { wanted: 'ТХ-9001', linked: 'TX-9001', only: 'letters that look alike in different alphabets' },
    { wanted: 'MÃ¼ller', linked: 'Müller', only: 'its character encoding' },
    { wanted: 'Muller', linked: 'Müller', only: 'accents' },
    { wanted: 'tx–009001', linked: 'TX-9001', only: 'leading zeros' },
    { wanted: '123456789012345680', linked: '123456789012345678', only: 'digits that were lost' },
    { wanted: '123456789012345000', linked: '123456789012345678', only: 'digits that were lost' },
  ])('$wanted differs from the linked $linked only in $only', ({ wanted, linked, only }) => {
    expect(suspicionOf(D(wanted), D(linked))).toContain(only);
  });

  it.each([
    ['TX-9002', 'TX-9001'],
    ['417', '418'],
    ['4170', '417'],
    ['00417', '4170'],
    ['A', 'B'],
    ['X-1', '1'],
    ['123456789012345679', '123456789012345678'],
    ['NADIA', 'TX-1'],
    ['NULLARBOR-1', 'TX-1'],
    ['N-A-1', 'TX-1'],
    ['REF', 'TX-1'],
    ['1e5', 'TX-1'],
    ['007', 'TX-1'],
  ])('%s instead of %s is another DriverID', (wanted, linked) => {
    expect(suspicionOf(D(wanted), D(linked))).toBeNull();
  });

  it('is what the driver is linked to already, whatever it looks like', () => {
    for (const id of ['N/A', '0', '1.2E+11']) expect(suspicionOf(D(id), D(id))).toBeNull();
  });

  it('shows what cannot be seen by its code', () => {
    expect(suspicionOf(readDriverId('TX\u200b1') ?? D(''), D('TX1'))).toContain('TXU+200B1');
  });
});
