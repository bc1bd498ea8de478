/** Which operation a call means, with the part of its path that varies. */
export interface DriveriRoute {
  readonly operation: string;
  readonly tenant: string | undefined;
  readonly argument: string;
}

/** The route of a call, by its method and the decoded segments below `/driveri`; undefined: there is none. */
export function routeOf(method: string, path: readonly string[]): DriveriRoute | undefined {
  const [version, area, ...rest] = path;
  if (version !== 'v1') return undefined;
  if (area === 'auth') return authRoute(method, rest);
  const [tenant, ...below] = rest;
  return area === 'tenants' && tenant !== undefined ? tenantRoute(method, tenant, below) : undefined;
}

function authRoute(method: string, rest: readonly string[]): DriveriRoute | undefined {
  const to = (operation: string, argument = ''): DriveriRoute => ({ operation, tenant: undefined, argument });
  const call = `${method} ${rest.slice(0, 2).join('/')}`;
  if (call === 'GET tokens') return to('auth.tokens');
  if (call === 'POST token') return to('auth.token');
  if (call !== 'DELETE token/revoke' || rest.length > 3) return undefined;
  return rest[2] === undefined ? to('auth.revoke') : to('auth.revokeById', rest[2]);
}

function tenantRoute(method: string, tenant: string, below: readonly string[]): DriveriRoute | undefined {
  const to = (operation: string, argument = ''): DriveriRoute => ({ operation, tenant, argument });
  const [first, second] = below;
  if (method === 'PUT' && first === 'drivers' && second !== undefined && below.length === 2) {
    return to('drivers.update', second);
  }
  switch (`${method} ${below.join('/')}`) {
    case 'GET drivers':
      return to('drivers.list');
    case 'GET driver':
      return to('driver.get');
    case 'POST drivers':
      return to('drivers.create');
    case 'POST bulk/drivers':
      return to('drivers.bulk');
    case 'GET configurations':
      return to('configurations');
    case 'GET groups':
      return to('groups');
    default:
      return undefined;
  }
}
