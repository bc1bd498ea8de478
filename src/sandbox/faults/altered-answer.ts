import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Answer } from '../wire/reply';
import type { FaultOf } from './fault';
import type { Hits } from './fault-board';

const COMPRESSORS = {
  gzip: gzipSync,
  deflate: deflateSync,
  'raw-deflate': deflateRawSync,
  br: brotliCompressSync,
} as const satisfies Readonly<Record<FaultOf<'compress'>['encoding'], (bytes: Uint8Array) => Uint8Array>>;

/** The answer as it is sent under the faults that hit the call: in another character encoding, compressed. */
export function alteredAnswer(answer: Answer, hits: Hits): Answer {
  return compressed(encoded(answer, hits.of('latin-1')), hits.of('compress'));
}

function encoded(answer: Answer, fault: FaultOf<'latin-1'> | undefined): Answer {
  if (fault === undefined) return answer;
  const type = answer.headers['content-type']?.split(';')[0] ?? 'application/json';
  return {
    ...answer,
    headers: { ...answer.headers, 'content-type': fault.announced ? `${type}; charset=ISO-8859-1` : type },
    body: Buffer.from(answer.body as string, 'latin1'), // the portals' answers are texts
  };
}

function compressed(answer: Answer, fault: FaultOf<'compress'> | undefined): Answer {
  if (fault === undefined) return answer;
  const encoding = fault.encoding === 'raw-deflate' ? 'deflate' : fault.encoding;
  return {
    ...answer,
    headers: { ...answer.headers, 'content-encoding': encoding },
    body: COMPRESSORS[fault.encoding](Buffer.from(answer.body)),
  };
}
