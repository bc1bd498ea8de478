import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Autocomplete } from 'react-aria-components/Autocomplete';
import { Header } from 'react-aria-components/Header';
import { Input } from 'react-aria-components/Input';
import { Menu, MenuItem, MenuSection } from 'react-aria-components/Menu';
import { SearchField } from 'react-aria-components/SearchField';
import { useGateway } from '../api/gateway';
import { FIND_DRIVERS, type ConsoleFindDriversQuery } from '../generated/documents';
import { Dialog } from '../ui/dialog';
import { NAVIGATION } from './navigation';
import { chooseTheme } from './theme';

type Found = ConsoleFindDriversQuery['drivers']['nodes'][number];

/** Something that the palette does. */
interface Command {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
}

const TYPING_MS = 200;
const SHOWN = 8;

/** Everything by name: screens, actions, and drivers by name, Ref ID or DriverID. */
export function Palette({ close }: { readonly close: () => void }) {
  const [text, setText] = useState('');
  const { drivers, isSearching } = useFoundDrivers(text);
  const commands = useCommands();
  const matches = ({ label }: Command): boolean => label.toLowerCase().includes(text.trim().toLowerCase());
  const screens = commands.screens.filter(matches);
  const actions = commands.actions.filter(matches);
  const run = (command: () => void) => (): void => {
    close();
    command();
  };
  return (
    <Dialog title="Go to" onClose={close}>
      <Autocomplete inputValue={text} onInputChange={setText}>
        <SearchField aria-label="Screen, action or driver" autoFocus className="field">
          <Input className="input" placeholder="Screen, action, or a driver’s name, Ref ID or DriverID" />
        </SearchField>
        <Menu
          className="listbox palette"
          aria-label="What was found"
          renderEmptyState={() => (
            <p className="fine palette-empty">{isSearching ? 'Searching …' : 'Nothing has this name.'}</p>
          )}
        >
          {drivers.length === 0 ? null : (
            <MenuSection>
              <Header className="palette-head">Drivers</Header>
              {drivers.map(({ id, fullName, driveriDriverId, referenceId }) => (
                <MenuItem
                  key={id}
                  id={id}
                  className="option"
                  textValue={fullName}
                  onAction={run(() => commands.openDriver(id))}
                >
                  <bdi>{fullName}</bdi>{' '}
                  <span className="fine">{[driveriDriverId, referenceId].filter(Boolean).join(' · ')}</span>
                </MenuItem>
              ))}
            </MenuSection>
          )}
          {section('Screens', screens, run)}
          {section('Actions', actions, run)}
        </Menu>
      </Autocomplete>
    </Dialog>
  );
}

function section(title: string, commands: readonly Command[], run: (command: () => void) => () => void) {
  if (commands.length === 0) return null;
  return (
    <MenuSection>
      <Header className="palette-head">{title}</Header>
      {commands.map((command) => (
        <MenuItem
          key={command.id}
          id={command.id}
          className="option"
          textValue={command.label}
          onAction={run(command.run)}
        >
          {command.label}
        </MenuItem>
      ))}
    </MenuSection>
  );
}

function useCommands() {
  const navigate = useNavigate();
  const { session } = useGateway();
  const screens = NAVIGATION.map(({ to, label }): Command => ({
    id: to,
    label,
    run: () => void navigate({ to }),
  }));
  const actions: readonly Command[] = [
    { id: 'new-driver', label: 'New driver', run: () => void navigate({ to: '/drivers/new' }) },
    {
      id: 'import',
      label: 'Import drivers from a file',
      run: () => void navigate({ to: '/drivers/import' }),
    },
    {
      id: 'attention',
      label: 'Drivers that need a person',
      run: () =>
        void navigate({ to: '/drivers', search: { status: ['HELD', 'CONFLICT', 'FAILED'], sort: 'status' } }),
    },
    { id: 'theme-light', label: 'Theme: light', run: () => chooseTheme('light') },
    { id: 'theme-dark', label: 'Theme: dark', run: () => chooseTheme('dark') },
    { id: 'theme-system', label: 'Theme: as the system', run: () => chooseTheme('system') },
    { id: 'sign-out', label: 'Sign out', run: () => session.end() },
  ];
  const openDriver = (id: string): void => void navigate({ to: '/drivers/$id', params: { id } });
  return { screens, actions, openDriver };
}

/** Drivers that the gateway finds for what is typed, once the typing pauses. */
function useFoundDrivers(text: string): {
  readonly drivers: readonly Found[];
  readonly isSearching: boolean;
} {
  const { client } = useGateway();
  const [found, setFound] = useState<{ readonly search: string; readonly drivers: readonly Found[] }>({
    search: '',
    drivers: [],
  });
  const search = text.trim();
  useEffect(() => {
    if (search === '') return undefined;
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const { data } = await client.query(FIND_DRIVERS, { first: SHOWN, search }).toPromise();
      if (isCurrent) setFound({ search, drivers: data?.drivers.nodes ?? [] });
    }, TYPING_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [client, search]);
  return { drivers: search === '' ? [] : found.drivers, isSearching: search !== found.search };
}
