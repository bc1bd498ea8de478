import { useId, type ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';

/** What a button is for: the one main thing, any other, something grave, or a text among text. */
export type ButtonKind = 'primary' | 'plain' | 'danger' | 'link' | 'icon';

/** A button that says why it cannot be used. */
export interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly kind?: ButtonKind;
  readonly type?: 'button' | 'submit';
  /** Why the user may not press it; it is shown, disabled, with this reason. */
  readonly denied?: string | null | undefined;
  /** It has been pressed, and its work goes on. */
  readonly isPending?: boolean;
  readonly isDisabled?: boolean;
  readonly label?: string;
  readonly form?: string;
  readonly autoFocus?: boolean;
  readonly className?: string;
  readonly expanded?: boolean;
}

/** A button. With `denied` it stays in the order of tabs, so that its reason can be found. */
export function Button(props: ButtonProps) {
  const { children, onPress, kind = 'plain', denied, isPending = false, label } = props;
  const className = `button ${kind} ${props.className ?? ''}`.trim();
  if (denied != null)
    return (
      <Denied className={className} reason={denied} label={label}>
        {children}
      </Denied>
    );
  return (
    <AriaButton
      className={className}
      type={props.type ?? 'button'}
      isPending={isPending}
      isDisabled={props.isDisabled ?? false}
      {...(onPress === undefined ? {} : { onPress })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(props.form === undefined ? {} : { form: props.form })}
      {...(props.autoFocus === true ? { autoFocus: true } : {})}
      {...(props.expanded === undefined ? {} : { 'aria-expanded': props.expanded })}
    >
      {isPending ? <span className="spinner" aria-hidden="true" /> : null}
      {children}
    </AriaButton>
  );
}

function Denied(props: {
  readonly className: string;
  readonly reason: string;
  readonly label: string | undefined;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <span className="denied">
      <button
        type="button"
        className={props.className}
        aria-disabled="true"
        aria-describedby={id}
        {...(props.label === undefined ? {} : { 'aria-label': props.label })}
      >
        {props.children}
      </button>
      <span id={id} role="tooltip" className="denied-reason">
        {props.reason}
      </span>
    </span>
  );
}
