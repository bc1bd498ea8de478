import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const EVERY_MS = 20;
const PAGE_BYTES = 4096;

/** Watches a process's resident memory from outside: a process whose event loop is blocked cannot measure itself. */
export function watchMemory(pid: number): { readonly peakBytes: () => number; stop(): void } {
  let peak = residentBytes(pid);
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid));
  }, EVERY_MS);
  return { peakBytes: () => peak, stop: () => clearInterval(timer) };
}

function residentBytes(pid: number): number {
  const file = `/proc/${pid}/statm`;
  if (existsSync(file)) return Number(readFileSync(file, 'utf8').split(' ')[1]) * PAGE_BYTES;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}
