/** A text that a spreadsheet can read: with a byte order mark, CRLF, and no cell that would be taken for a formula. */
export function writeCsv(lines: readonly (readonly (string | null)[])[]): string {
  return `\uFEFF${lines.map((line) => line.map(toCell).join(',')).join('\r\n')}\r\n`;
}

function toCell(value: string | null): string {
  if (value === null) return '';
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A line of a file, with the number that an editor shows for its start. */
export interface CsvLine {
  readonly number: number;
  readonly cells: readonly string[];
}

/**
 * Reads what spreadsheets write: comma, semicolon or tab between the cells (whichever the first line has most of), quotes with
 * doubled quotes inside, any line ending. Cells are trimmed, and the apostrophe is taken away that `writeCsv` puts before what
 * looks like a formula. Lines without any text are left out. Never throws: a quote that is not closed ends with the text.
 */
export function readCsv(text: string): readonly CsvLine[] {
  const source = text.replace(/^\uFEFF/, '');
  const separator = separatorOf(source);
  const lines: CsvLine[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let number = 1;
  let start = 1;
  const endLine = (): void => {
    cells.push(cell);
    const clean = cells.map(fromCell);
    if (clean.some((value) => value !== '')) lines.push({ number: start, cells: clean });
    cells = [];
    cell = '';
  };
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    const isBreak = char === '\n' || (char === '\r' && source.charAt(at + 1) !== '\n');
    if (isBreak) number += 1;
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (source.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (char === '"' && cell.trim() === '') {
      cell = '';
      isQuoted = true;
    } else if (char === separator) {
      cells.push(cell);
      cell = '';
    } else if (isBreak) {
      endLine();
      start = number;
    } else if (char !== '\r') cell += char;
  }
  endLine();
  return lines;
}

const SEPARATORS = [',', ';', '\t'] as const;

function separatorOf(source: string): string {
  const first = source.split(/[\r\n]/, 1)[0] ?? '';
  const counts = SEPARATORS.map((separator) => first.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

const fromCell = (cell: string): string => cell.trim().replace(/^'(?=[=+\-@])/, '');

/** The text of a file in UTF-8, with or without a byte order mark, in UTF-16 with one, or else in what old spreadsheets write. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Hands a file to the user. */
export function download(name: string, text: string, type = 'text/csv'): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
