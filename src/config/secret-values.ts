import { readFileSync } from 'node:fs';
import { errorMessage } from '../platform/error-code';
import type { ConfigProblem } from './config-error';

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What one variable says: a value, nothing, or a problem. */
export type Given =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'problem'; readonly problem: ConfigProblem };

/**
 * Reads one variable. Spaces and line breaks at both ends are dropped: a secret that was stored with `echo` has one. A value
 * that is wrapped in quotes, or has a line break inside, is a problem: it was copied with something around it. An empty
 * variable counts as one that is not set.
 */
export function readVariable(env: Env, name: string): Given {
  return clean(name, env[name]);
}

/** As `readVariable`; when `NAME` is not set, the value is the content of the file that `NAME_FILE` names. */
export function readSecretVariable(env: Env, name: string): Given {
  const direct = readVariable(env, name);
  const file = readVariable(env, `${name}_FILE`);
  if (file.kind !== 'value') return file.kind === 'problem' ? file : direct;
  if (direct.kind === 'problem') return direct;
  if (direct.kind === 'value') {
    return problem(`${name}_FILE`, `is set together with ${name}; set exactly one of them`);
  }
  return readSecretFile(`${name}_FILE`, file.value);
}

function readSecretFile(name: string, file: string): Given {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return problem(name, `cannot be read (${errorMessage(error)}); give the path of a file with the value`);
  }
  const given = clean(name, text);
  return given.kind === 'nothing' ? problem(name, 'names an empty file; put the value into it') : given;
}

function clean(name: string, raw: string | undefined): Given {
  const value = (raw ?? '').trim();
  if (value === '') return { kind: 'nothing' };
  if (/^(["'`]).*\1$/s.test(value) && value.length > 1) {
    return problem(name, 'is wrapped in quotes, which would be part of the value; leave them out');
  }
  if (/[\u0000-\u001f\u007f]/.test(value)) {
    return problem(name, 'has a line break or a control character inside; give the value on one line');
  }
  return { kind: 'value', value };
}

function problem(where: string, what: string): Given {
  return { kind: 'problem', problem: { where, what } };
}
