import { useState } from 'react';
import { useQuery } from 'urql';
import { ComboBox } from 'react-aria-components/ComboBox';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { DRIVERS_BY_ID, FIND_DRIVERS, type SyncEventType } from '../../generated/documents';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { SelectMany } from '../../ui/select';
import { TextFilter } from '../../ui/text-filter';
import { EVENT, wordFor } from '../../words/words';
import { TYPES, type ActivitySearch } from './activity-search';

/** The filters above the log; each stands in the address. */
export function ActivityFilters(props: {
  readonly search: ActivitySearch;
  readonly set: (change: ActivitySearch) => void;
}) {
  const { search, set } = props;
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <div className="filters activity-filters" role="search" aria-label="Filters">
      <SelectMany
        label="What happened"
        options={TYPES.map((key) => ({ key, label: wordFor(EVENT, key).label }))}
        values={search.type ?? []}
        onChange={(keys) => set({ type: keys.length === 0 ? undefined : (keys as readonly SyncEventType[]) })}
      />
      {search.driver === undefined ? (
        <DriverChoice onChoose={(driver) => set({ driver })} />
      ) : (
        <ChosenDriver id={search.driver} clear={() => set({ driver: undefined })} />
      )}
      <TextFilter
        label="By"
        placeholder="A user’s id, in full"
        value={search.actor ?? ''}
        onChange={(actor) => set({ actor: actor === '' ? undefined : actor })}
      />
      <Field
        label="Since"
        name="from"
        type="date"
        value={search.from ?? ''}
        onChange={(from) => set({ from: from === '' ? undefined : from })}
      />
      {isFiltered ? (
        <Button
          kind="link"
          onPress={() => set({ type: undefined, driver: undefined, actor: undefined, from: undefined })}
        >
          Clear filters
        </Button>
      ) : null}
    </div>
  );
}

/** Finds a driver by what is typed. */
function DriverChoice({ onChoose }: { readonly onChoose: (id: string) => void }) {
  const [text, setText] = useState('');
  const search = text.trim();
  const [{ data, fetching }] = useQuery({
    query: FIND_DRIVERS,
    variables: { first: 8, search },
    pause: search.length < 2,
  });
  const found = search.length < 2 ? [] : (data?.drivers.nodes ?? []);
  return (
    <ComboBox
      className="field"
      inputValue={text}
      onInputChange={setText}
      items={found}
      selectedKey={null}
      onSelectionChange={(key) => {
        if (key !== null) onChoose(String(key));
      }}
      allowsEmptyCollection={search.length >= 2}
      menuTrigger="input"
    >
      <Label>Driver</Label>
      <Input className="input" placeholder="Any" dir="auto" />
      <Popover className="popover">
        <ListBox
          className="listbox"
          renderEmptyState={() => (
            <p className="option fine">{fetching ? 'Searching …' : 'No driver matches.'}</p>
          )}
        >
          {(driver: (typeof found)[number]) => (
            <ListBoxItem id={driver.id} className="option" textValue={driver.fullName}>
              <span>
                <bdi>{driver.fullName}</bdi>{' '}
                <span className="fine">{driver.driveriDriverId ?? driver.referenceId ?? ''}</span>
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

function ChosenDriver({ id, clear }: { readonly id: string; readonly clear: () => void }) {
  const [{ data, fetching }] = useQuery({
    query: DRIVERS_BY_ID,
    variables: { ids: [id] },
    requestPolicy: 'cache-first',
  });
  const [driver] = data?.nodes ?? [];
  const name =
    driver != null && 'fullName' in driver ? driver.fullName : fetching ? '…' : 'A driver who is gone';
  return (
    <div className="field">
      <span className="label">Driver</span>
      <span className="input chosen">
        <bdi>{name}</bdi>
        <Button kind="icon" label={`Any driver, not only ${name}`} onPress={clear}>
          <span aria-hidden="true">×</span>
        </Button>
      </span>
    </div>
  );
}
