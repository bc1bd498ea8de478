import { decodeText, readCsv, writeCsv } from '../../../src/console/app/files/csv';

const cells = (text: string) => readCsv(text).map((line) => line.cells);

describe('reading CSV', () => {
  it.each([
    [
      'commas',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'semicolons',
      'a;b\r\n1,5;2',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'tabs',
      'a\tb\r1\t2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'quotes',
      'a,b\n"x, ""y""\nz",2',
      [
        ['a', 'b'],
        ['x, "y"\nz', '2'],
      ],
    ],
    ['a byte order mark', '\uFEFFa\n1', [['a'], ['1']]],
    [
      'empty lines',
      'a,b\n\n,\n1,',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    ['what was made safe', "a\n'+1 555\n'tis", [['a'], ['+1 555'], ["'tis"]]],
    ['a quote that is not closed', 'a\n"1\n2', [['a'], ['1\n2']]],
    ['nothing', '', []],
  ])('takes %s', (_what, text, expected) => {
    expect(cells(text)).toEqual(expected);
  });

  it('numbers lines as an editor does, also behind a cell of several lines', () => {
    expect(readCsv('a\n"1\n2"\n\n3').map(({ number }) => number)).toEqual([1, 2, 5]);
  });

  it('reads what it has written', () => {
    const table = [
      ['=1+1', '+1 555', 'x, "y"', "O'Neil", null],
      ['Ñ', 'a\nb', '-', '', '@x'],
    ];
    expect(cells(writeCsv(table))).toEqual(table.map((line) => line.map((cell) => cell ?? '')));
  });
});

describe('writing CSV', () => {
  it('has no cell that a spreadsheet would take for a formula', () => {
    expect(
      writeCsv([
        ['=cmd()', 'plain'],
        [null, 'a,b'],
      ]),
    ).toBe('\uFEFF\'=cmd(),plain\r\n,"a,b"\r\n');
  });
});

describe("a file's encoding", () => {
  it.each([
    ['UTF-8', Buffer.from('Núñez', 'utf8')],
    ['UTF-16 with a mark', Buffer.from('\uFEFFNúñez', 'utf16le')],
    ['what old spreadsheets write', Buffer.from('Núñez', 'latin1')],
  ])('is found: %s', (_name, bytes) => {
    expect(decodeText(new Uint8Array(bytes))).toBe('Núñez');
  });
});
