import type { OperationTypeNode } from 'graphql';
import { apiError } from '../answers/api-error';
import type { Role } from '../types/viewer.type';

const EVERYBODY: readonly Role[] = ['MASTER', 'ADMIN', 'VIEWER'];
const WRITERS: readonly Role[] = ['MASTER', 'ADMIN'];
const MASTER: readonly Role[] = ['MASTER'];

/** Who may do what: the one table. A field that is not in it is nobody's. */
export const AUTHORIZATION: Readonly<Record<OperationTypeNode, Readonly<Record<string, readonly Role[]>>>> = {
  query: {
    viewer: EVERYBODY,
    node: EVERYBODY,
    nodes: EVERYBODY,
    driver: EVERYBODY,
    drivers: EVERYBODY,
    driverBy: EVERYBODY,
    driverSync: EVERYBODY,
    syncRun: EVERYBODY,
    syncRuns: EVERYBODY,
    runs: EVERYBODY,
    heldItems: EVERYBODY,
    syncStatistics: EVERYBODY,
    syncEvents: EVERYBODY,
    _service: EVERYBODY,
    _entities: EVERYBODY,
  },
  mutation: {
    createDriver: WRITERS,
    updateDriver: WRITERS,
    updateDrivers: WRITERS,
    deleteDriver: WRITERS,
    refreshDriver: WRITERS,
    setDriverSync: MASTER,
    resyncDrivers: WRITERS,
    approveSyncRun: WRITERS,
    rejectSyncRunItems: WRITERS,
    cancelSyncRun: WRITERS,
    undoRemoval: WRITERS,
  },
  subscription: {
    driverSync: EVERYBODY,
    syncEvents: EVERYBODY,
    driver: EVERYBODY,
    syncRun: EVERYBODY,
  },
};

/** Throws `FORBIDDEN` unless the role may use the root field. What GraphQL itself answers (`__typename`, introspection) is free. */
export function authorise(role: Role, operation: OperationTypeNode, field: string): void {
  if (field.startsWith('__')) return;
  const table = AUTHORIZATION[operation];
  const allowed = Object.hasOwn(table, field) ? (table[field] ?? []) : [];
  if (allowed.includes(role)) return;
  const who = allowed.length === 0 ? 'nobody' : allowed.join(' or ');
  throw apiError('FORBIDDEN', `"${field}" is for ${who}; this user is ${role}.`, {
    operation: field,
    role,
    allowedRoles: allowed,
  });
}
