import { Button as AriaButton } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';

/** One of a few values; the empty key stands for "any". */
export interface Option {
  readonly key: string;
  readonly label: string;
}

/** Chooses one of a few. */
export function Select(props: {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string;
  readonly onChange: (key: string) => void;
  readonly isDisabled?: boolean;
}) {
  return (
    <AriaSelect
      className="select"
      value={props.value}
      isDisabled={props.isDisabled ?? false}
      onChange={(key) => props.onChange(String(key))}
    >
      <Label>{props.label}</Label>
      <AriaButton className="input select-button">
        <SelectValue />
        <span aria-hidden="true">▾</span>
      </AriaButton>
      <Popover className="popover">
        <ListBox className="listbox">
          {props.options.map(({ key, label }) => (
            <ListBoxItem key={key} id={key} className="option" textValue={label}>
              {label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** Chooses any number of a few: statuses, kinds, outcomes. None chosen means any. */
export function SelectMany(props: {
  readonly label: string;
  readonly options: readonly Option[];
  readonly values: readonly string[];
  readonly onChange: (keys: readonly string[]) => void;
}) {
  const chosen = props.options.filter(({ key }) => props.values.includes(key)).map(({ label }) => label);
  return (
    <AriaSelect
      className="select"
      selectionMode="multiple"
      value={[...props.values]}
      onChange={(keys) => props.onChange(keys.map(String))}
    >
      <Label>{props.label}</Label>
      <AriaButton className="input select-button">
        <SelectValue>{chosen.length === 0 ? 'Any' : chosen.join(', ')}</SelectValue>
        <span aria-hidden="true">▾</span>
      </AriaButton>
      <Popover className="popover">
        <ListBox className="listbox">
          {props.options.map(({ key, label }) => (
            <ListBoxItem key={key} id={key} className="option" textValue={label}>
              {label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
