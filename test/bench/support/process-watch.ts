import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const EVERY_MS = 20;
const PAGE_BYTES = 4096;
/** Of the kernel's clock: 100 a second wherever Node runs. */
const TICK_MS = 10;

/** Watches a process's resident memory from outside: a process whose event loop is blocked cannot measure itself. */
export function watchMemory(pid: number): { readonly peakBytes: () => number; stop(): void } {
  let peak = residentBytes(pid);
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid));
  }, EVERY_MS);
  return { peakBytes: () => peak, stop: () => clearInterval(timer) };
}

/** A process's resident memory now. */
export function residentBytes(pid: number): number {
  const file = `/proc/${pid}/statm`;
  if (existsSync(file)) return Number(readFileSync(file, 'utf8').split(' ')[1]) * PAGE_BYTES;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}

/** CPU time that a process has used since its start, all threads, in steps of 10 ms; NaN on a system without /proc. */
export function cpuMs(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return NaN;
  // The second field is a name in parentheses that may hold spaces; user and system time are the 14th and 15th.
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
