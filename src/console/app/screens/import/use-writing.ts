import { useEffect, useRef, useState } from 'react';
import { useGateway } from '../../api/gateway';
import type { PlannedRow } from './plan-rows';
import { writeRows, type RowResult } from './write-rows';

/** An import on its way. */
export interface Writing {
  readonly state: 'ready' | 'writing' | 'done';
  /** By line; those that are not there were not tried. */
  readonly results: ReadonlyMap<number, RowResult>;
  /** How many rows write anything. */
  readonly toWrite: number;
  readonly start: () => void;
  readonly stop: () => void;
}

/** Writes the rows once it is told to. Leaving the page stops it before the next request; the browser asks first. */
export function useWriting(planned: readonly PlannedRow[]): Writing {
  const { client } = useGateway();
  const [state, setState] = useState<Writing['state']>('ready');
  const [results, setResults] = useState<ReadonlyMap<number, RowResult>>(new Map());
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  useEffect(() => {
    if (state !== 'writing') return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [state]);
  const start = (): void => {
    const controller = new AbortController();
    abort.current = controller;
    setState('writing');
    const note = (line: number, result: RowResult): void =>
      setResults((known) => new Map([...known, [line, result]]));
    void writeRows(client, planned, note, controller.signal).finally(() => setState('done'));
  };
  return {
    state,
    results,
    toWrite: planned.filter(({ kind }) => kind === 'create' || kind === 'update').length,
    start,
    stop: () => abort.current?.abort(),
  };
}
