import type { SignInOffer } from '../../sign-in-offer';

export type { SignInOffer };

/** Asks the gateway how its users sign in. Rejects when it cannot be reached. */
export async function readSignInOffer(): Promise<SignInOffer> {
  const response = await fetch('/console/sign-in.json', { cache: 'no-store', credentials: 'omit' });
  if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
  return (await response.json()) as SignInOffer; // written by serve-console.ts
}

/** Whether an identity provider has sent the user back with this search text. */
export function isReturnFromProvider(search: string): boolean {
  const parameters = new URLSearchParams(search);
  return parameters.has('state') && (parameters.has('code') || parameters.has('error'));
}
