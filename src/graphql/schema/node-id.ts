/** Types that `node` finds. */
export const NODE_TYPES = ['Account', 'Driver', 'DriverSync', 'SyncRun', 'SyncRunItem', 'SyncEvent'] as const;
export type NodeType = (typeof NODE_TYPES)[number];

export interface NodeId {
  readonly type: NodeType;
  readonly key: string;
}

/** Longer than any id of ours; what is longer is none. */
const MAX_LENGTH = 400;

/** A global id: which type, and which of it. Opaque to clients. */
export function encodeNodeId(type: NodeType, key: string): string {
  return Buffer.from(`${type}:${key}`).toString('base64url');
}

/** Reads a global id; null for anything that `encodeNodeId` has not made. */
export function decodeNodeId(id: string): NodeId | null {
  if (id.length === 0 || id.length > MAX_LENGTH) return null;
  const text = Buffer.from(id, 'base64url').toString('utf8');
  const colon = text.indexOf(':');
  const type = NODE_TYPES.find((name) => name === text.slice(0, colon));
  const key = text.slice(colon + 1);
  // Printable ASCII: keys are ours, and a NUL would not even get into the database.
  if (type === undefined || !/^[\x21-\x7e]+$/.test(key)) return null;
  return encodeNodeId(type, key) === id ? { type, key } : null;
}

/** The key of an id that has to be of this type; null for every other. */
export function keyOfNode(type: NodeType, id: string): string | null {
  const node = decodeNodeId(id);
  return node?.type === type ? node.key : null;
}

/** The number of an event's id; null when it is none. */
export function seqOfNode(id: string): number | null {
  return toSeq(keyOfNode('SyncEvent', id));
}

/** A positive whole number that is written as one; null otherwise. */
export function toSeq(text: string | null): number | null {
  if (text === null || !/^[1-9]\d{0,15}$/.test(text)) return null;
  const seq = Number(text);
  return Number.isSafeInteger(seq) ? seq : null;
}
