import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** To a run's own screen. */
export function RunLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <Link to="/runs/$id" params={{ id }}>
      {children}
    </Link>
  );
}
