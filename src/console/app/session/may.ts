/** What the signed-in user may do: null, or why not, for a person. */
export interface May {
  /** Edit drivers, start runs, approve and reject. */
  readonly write: string | null;
  /** Turn Driver Sync on and off. */
  readonly toggle: string | null;
}

/** By the user's role. The gateway decides; the console only shows beforehand what it would say. */
export function mayOf(role: string): May {
  return {
    write:
      role === 'MASTER' || role === 'ADMIN' ? null : 'Only an administrator or the Master User can do this.',
    toggle: role === 'MASTER' ? null : 'Only the Master User turns Driver Sync on and off.',
  };
}
