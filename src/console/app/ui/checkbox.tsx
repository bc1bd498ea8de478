import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox';

/** A tick with its label; `label` where no text stands beside it. */
export function Checkbox(props: {
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly isIndeterminate?: boolean;
  readonly isDisabled?: boolean;
  readonly label?: string;
  readonly children?: ReactNode;
  readonly excludeFromTabOrder?: boolean;
}) {
  return (
    <AriaCheckbox
      className="checkbox"
      isSelected={props.isSelected}
      isIndeterminate={props.isIndeterminate ?? false}
      isDisabled={props.isDisabled ?? false}
      excludeFromTabOrder={props.excludeFromTabOrder ?? false}
      onChange={props.onChange}
      {...(props.label === undefined ? {} : { 'aria-label': props.label })}
    >
      <span className="tick" aria-hidden="true">
        <svg viewBox="0 0 14 14">
          {props.isIndeterminate === true ? <path d="M3 7h8" /> : <path d="M2.5 7.5l3 3 6-7" />}
        </svg>
      </span>
      {props.children}
    </AriaCheckbox>
  );
}
