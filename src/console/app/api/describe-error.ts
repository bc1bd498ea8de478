import { CombinedError } from '@urql/core';

/** An error for a person: what happened, why, and what finds it in the log. */
export interface DescribedError {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string | null;
  /** Whether the gateway could not be reached at all. */
  readonly isOffline: boolean;
}

/** Puts whatever was thrown into words. */
export function describeError(error: unknown): DescribedError {
  if (error instanceof CombinedError) return describeAnswer(error);
  const detail = error instanceof Error ? error.message : String(error);
  return { title: 'Something went wrong', detail, code: 'UNEXPECTED', requestId: null, isOffline: false };
}

function describeAnswer(error: CombinedError): DescribedError {
  const [first] = error.graphQLErrors;
  if (first === undefined) return describeNetwork(error);
  const code = textOf(first.extensions['code']) ?? 'UNKNOWN';
  return {
    title: TITLES[code] ?? 'The gateway could not do this',
    detail: first.message,
    code,
    requestId: textOf(first.extensions['requestId']) ?? null,
    isOffline: false,
  };
}

const TITLES: Readonly<Record<string, string>> = {
  FORBIDDEN: 'You may not do this',
  RATE_LIMITED: 'Too many requests at once',
  PORTAL_UNAVAILABLE: 'A portal does not answer',
  GPS_UNREACHABLE: 'GPS could not be reached',
  DRIVERI_UNREACHABLE: 'Driveri could not be reached',
};

function describeNetwork({ networkError, response }: CombinedError): DescribedError {
  const status = (response as Response | undefined)?.status; // urql knows the response as any
  if (status !== undefined && status !== 0)
    return {
      title: 'The gateway could not answer',
      detail: `It answered ${status}. It may be starting again; try in a moment.`,
      code: `HTTP_${status}`,
      requestId: null,
      isOffline: true,
    };
  return {
    title: 'The gateway cannot be reached',
    detail: 'Check the connection. Nothing that you typed is lost.',
    code: networkError?.name ?? 'UNREACHABLE',
    requestId: null,
    isOffline: true,
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
