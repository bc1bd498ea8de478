import type { Faults } from '../faults/fault-board';
import type { Markup } from './markup';

/** One input of the form. */
export interface Field {
  readonly name: string;
  readonly label: string;
  /** The values there are; left out: any text. */
  readonly choices?: readonly string[];
}

/** One driver in the table. */
export interface Row {
  readonly key: string;
  readonly cells: readonly string[];
  /** Shown as removed. */
  readonly gone: boolean;
  /** What can be done to them, by the actions' names. */
  readonly actions: readonly string[];
}

/** What a portal shows on its page. Everything that changes something throws `EditRefused` when the portal refuses. */
export interface PortalPage {
  readonly title: string;
  /** A CSS colour. */
  readonly accent: string;
  readonly intro: string;
  readonly columns: readonly string[];
  readonly fields: readonly Field[];
  readonly faults: Faults;
  /** Everybody, removed ones included. */
  rows(): readonly Row[];
  /** The form's values for a driver, or for a new one; undefined: there is no such driver. */
  values(key: string | undefined): Values | undefined;
  save(key: string | undefined, values: Values): void;
  act(action: string, key: string): void;
  /** What can be done to the portal as a whole, by label. */
  readonly commands: Readonly<Record<string, () => void>>;
  switches(): object;
  setSwitches(changes: unknown): void;
  /** Whatever else the portal has to show below the table. */
  readonly more?: () => Markup;
}

/** A form's values by the names of its fields. */
export type Values = Readonly<Record<string, string>>;
