import type { ReactNode } from 'react';
import type { ProblemBoxFragment } from '../generated/documents';
import { Time } from './time';

/** A problem: what is wrong, what a person can do about it, and since when it has been so; with its action as a button. */
export function ProblemBox(props: { readonly problem: ProblemBoxFragment; readonly children?: ReactNode }) {
  const { message, hint, code, since } = props.problem;
  return (
    <div className="problem">
      <p className="message">{message}</p>
      <p className="hint">{hint}</p>
      {props.children === undefined ? null : <div className="actions">{props.children}</div>}
      <p className="fine">
        <code>{code}</code> · since <Time at={since} />
      </p>
    </div>
  );
}
