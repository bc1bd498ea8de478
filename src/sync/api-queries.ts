import type { AccountId, DriverKey } from '../driver/ids';
import type { GatewayQueries, Page } from './gateway-queries';
import type { EventView } from './views';

/** `GatewayQueries`, and what the API reads in one go for many, so that a page of drivers costs one query and not one each. */
export interface ApiQueries extends GatewayQueries {
  /** The newest events of each driver, in the order of the keys; merged keys count as one driver. */
  eventsOfDrivers(
    account: AccountId,
    keys: readonly DriverKey[],
    limit: number,
  ): Promise<readonly Page<EventView>[]>;
}
