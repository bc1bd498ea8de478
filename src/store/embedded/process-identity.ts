import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import { errorCode } from '../../platform/error-code';

/**
 * Where a pid means something: this boot of this machine, and this process namespace (each container has its own). Null where
 * the system does not say; then nothing is concluded from a pid.
 */
export function processPlace(): string | null {
  try {
    if (process.platform !== 'linux') return `${process.platform} ${os.hostname()}`;
    return `${bootId()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

/** When a process started, in the system's own words; null where the system does not say, or there is no such process. */
export function processStarted(pid: number): string | null {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    }
    // Field 22 of stat, in clock ticks since boot; the fields are counted after the name, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${bootId()} ${fields[19]}`;
  } catch {
    return null;
  }
}

/** Whether a process with this pid runs that started at that moment: pids are used again (in a container, the pid is 1 each time). */
export function isSameProcess(pid: number, started: string | null): boolean {
  return isRunning(pid) && processStarted(pid) === started;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process: it lives, though we may not signal it.
    return errorCode(error) === 'EPERM';
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
