import { useId } from 'react';
import { useQuery } from 'urql';
import { GROUPS, type DriverPresence, type DriverSyncStatus } from '../../generated/documents';
import { Button } from '../../ui/button';
import { SelectMany } from '../../ui/select';
import { TextFilter } from '../../ui/text-filter';
import { DRIVER_STATUS, PRESENCE, wordFor } from '../../words/words';
import { STATUSES, type DriversSearch } from './drivers-search';

/** The filters above the table; each stands in the address. */
export function Filters(props: {
  readonly search: DriversSearch;
  readonly onChange: (change: Partial<DriversSearch>) => void;
}) {
  const { search, onChange } = props;
  const isFiltered =
    search.q !== undefined ||
    search.status !== undefined ||
    search.presence !== undefined ||
    search.group !== undefined;
  return (
    <div className="filters" role="search">
      <TextFilter
        label="Search"
        placeholder="Name, e-mail, phone, Ref ID or DriverID"
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q === '' ? undefined : q })}
      />
      <SelectMany
        label="Status"
        options={STATUSES.map((key) => ({ key, label: wordFor(DRIVER_STATUS, key).label }))}
        values={search.status ?? []}
        onChange={(keys) =>
          onChange({ status: keys.length === 0 ? undefined : (keys as readonly DriverSyncStatus[]) })
        }
      />
      <SelectMany
        label="Portals"
        options={Object.entries(PRESENCE).map(([key, label]) => ({ key, label }))}
        values={search.presence ?? []}
        onChange={(keys) =>
          onChange({ presence: keys.length === 0 ? undefined : (keys as readonly DriverPresence[]) })
        }
      />
      <GroupFilter
        value={search.group ?? ''}
        onChange={(group) => onChange({ group: group === '' ? undefined : group })}
      />
      {isFiltered ? (
        <Button
          kind="link"
          onPress={() => onChange({ q: undefined, status: undefined, presence: undefined, group: undefined })}
        >
          Clear filters
        </Button>
      ) : null}
    </div>
  );
}

/** Groups that the first drivers are in are offered; any other can be typed. */
function GroupFilter(props: { readonly value: string; readonly onChange: (value: string) => void }) {
  const id = useId();
  const [{ data }] = useQuery({ query: GROUPS, requestPolicy: 'cache-first' });
  const groups = [...new Set(data?.drivers.nodes.flatMap(({ gps }) => gps?.groups ?? []))].sort();
  return (
    <>
      <TextFilter label="GPS group" placeholder="Any" list={id} {...props} />
      <datalist id={id}>
        {groups.map((group) => (
          <option key={group} value={group} />
        ))}
      </datalist>
    </>
  );
}
