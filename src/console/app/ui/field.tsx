import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField } from 'react-aria-components/TextField';

/** A line of text with its label, a hint, and what is wrong with it. */
export function Field(props: {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'tel' | 'password' | 'date';
  readonly isRequired?: boolean;
  /** No more can be typed than so many characters. */
  readonly maxLength?: number;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly autoFocus?: boolean;
  readonly isDisabled?: boolean;
}) {
  const { label, name, value, onChange, type = 'text', isRequired = false, hint, error } = props;
  return (
    <TextField
      className="field"
      name={name}
      value={value}
      onChange={onChange}
      type={type}
      isRequired={isRequired}
      {...(props.maxLength === undefined ? {} : { maxLength: props.maxLength })}
      isInvalid={error !== undefined}
      isDisabled={props.isDisabled ?? false}
      validationBehavior="aria"
      autoFocus={props.autoFocus ?? false}
    >
      <Label>
        {label}
        {isRequired ? <span className="fine"> (needed)</span> : null}
      </Label>
      <Input className="input" dir="auto" autoComplete="off" spellCheck={false} />
      <FieldError className="field-error">{error}</FieldError>
      {hint === undefined ? null : (
        <Text slot="description" className="fine">
          {hint}
        </Text>
      )}
    </TextField>
  );
}
