import { createContext, use, type ReactNode } from 'react';
import type { ConsoleViewerQuery } from '../generated/documents';
import { mayOf, type May } from './may';

/** Who is signed in, with the account and what they may do. */
export interface Viewer {
  readonly userId: string;
  readonly role: string;
  readonly account: ConsoleViewerQuery['viewer']['account'];
  readonly may: May;
}

const ViewerContext = createContext<Viewer | null>(null);

/** Gives the viewer to every screen. */
export function ViewerProvider(props: {
  readonly viewer: ConsoleViewerQuery['viewer'];
  readonly children: ReactNode;
}) {
  const { viewer, children } = props;
  return <ViewerContext value={{ ...viewer, may: mayOf(viewer.role) }}>{children}</ViewerContext>;
}

/** The viewer; only inside of the shell. */
export function useViewer(): Viewer {
  const viewer = use(ViewerContext);
  if (viewer === null) throw new Error('Nobody is signed in here.');
  return viewer;
}
