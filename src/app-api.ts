import type { Parts } from './app';

export interface Api {
  readonly url: string;
  sandboxTokens(): Promise<readonly { readonly role: string; readonly token: string }[]>;
  close(): Promise<void>;
}
export function openApi(_parts: Parts): Promise<Api> {
  return Promise.reject(new Error('not yet'));
}
