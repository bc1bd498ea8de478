import { useEffect, useEffectEvent, useState, type FormEvent } from 'react';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Failed, Loading } from '../ui/states';
import { ROLE, wordFor } from '../words/words';
import { checkToken } from './check-token';
import type { Provider, SignedIn } from './oidc';
import { expiryOf, type Credentials } from './session';
import { isReturnFromProvider, readSignInOffer, type SignInOffer } from './sign-in-offer';

/** Hears who has signed in; from an identity provider with the address to go back to. */
type SignedInListener = (credentials: Credentials, returned?: SignedIn) => void;

/** The ways to sign in that this deployment has. `returnTo`: the address to come back to from an identity provider. */
export function SignInForm(props: {
  readonly returnTo: string;
  /** The token that is not taken any more. */
  readonly expired?: string;
  readonly onSignedIn: SignedInListener;
}) {
  const [offer, setOffer] = useState<SignInOffer | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    readSignInOffer().then(
      (found) => {
        if (isCurrent) setOffer(found);
      },
      (cause: unknown) => {
        if (isCurrent) setError(cause);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [attempt]);
  if (offer === null && error !== null)
    return (
      <Failed
        error={error}
        what="The gateway cannot be reached"
        again={() => {
          setError(null);
          setAttempt(attempt + 1);
        }}
      />
    );
  if (offer === null) return <Loading lines={3} />;
  return (
    <>
      {offer.kind === 'oidc' ? (
        <WithProvider
          provider={offer}
          returnTo={props.returnTo}
          expired={props.expired}
          onSignedIn={props.onSignedIn}
        />
      ) : null}
      {offer.kind === 'sandbox' ? <Roles tokens={offer.tokens} onSignedIn={props.onSignedIn} /> : null}
      <TokenForm onSignedIn={props.onSignedIn} isAside={offer.kind !== 'token'} />
    </>
  );
}

/** To the identity provider and, when the address says so, back from it. */
function WithProvider(props: {
  readonly provider: Provider;
  readonly returnTo: string;
  readonly expired: string | undefined;
  readonly onSignedIn: SignedInListener;
}) {
  const { provider, returnTo, expired } = props;
  const [isReturning, setReturning] = useState(() => isReturnFromProvider(location.search));
  const [isLeaving, setLeaving] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const finish = useEffectEvent(async () => {
    try {
      const { finishSignIn } = await import('./oidc');
      const done = await finishSignIn(provider, location.href);
      await checkToken(done.credentials.token);
      props.onSignedIn(done.credentials, done);
    } catch (cause) {
      setError(messageOf(cause));
      setReturning(false);
    }
  });
  useEffect(() => {
    // A code can be used once; in this effect it is.
    if (isReturning) void finish();
  }, [isReturning]);
  const leave = async (): Promise<void> => {
    setLeaving(true);
    setError(null);
    try {
      const { goToProvider } = await import('./oidc');
      await goToProvider(provider, returnTo, expired);
    } catch (cause) {
      setError(messageOf(cause));
      setLeaving(false);
    }
  };
  if (isReturning) return <Loading lines={3} label="Signing in" />;
  return (
    <>
      <p>You sign in at {new URL(provider.issuer).host}, and come back here.</p>
      <p className="field-error" role="alert">
        {error}
      </p>
      <div className="actions">
        <Button kind="primary" isPending={isLeaving} onPress={() => void leave()}>
          Sign in
        </Button>
      </div>
    </>
  );
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

function Roles(props: {
  readonly tokens: readonly { readonly role: string; readonly token: string }[];
  readonly onSignedIn: SignedInListener;
}) {
  const { enter, error, entering } = useEnter(props.onSignedIn);
  return (
    <>
      <p>This is the sandbox: both portals are emulated, and nothing real is changed. Choose a role.</p>
      <ul className="roles">
        {props.tokens.map(({ role, token }) => (
          <li key={role}>
            <Button
              className="role"
              kind={role === 'MASTER' ? 'primary' : 'plain'}
              isPending={entering === token}
              onPress={() => void enter(token)}
            >
              <span>
                <strong>{wordFor(ROLE, role).label}</strong>
                <span className="role-about">{wordFor(ROLE, role).about}</span>
              </span>
            </Button>
          </li>
        ))}
      </ul>
      <p className="field-error" role="alert">
        {error}
      </p>
    </>
  );
}

function TokenForm(props: { readonly onSignedIn: SignedInListener; readonly isAside: boolean }) {
  const [text, setText] = useState('');
  const { enter, error, entering } = useEnter(props.onSignedIn);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void enter(text.trim().replace(/^Bearer\s+/i, ''));
  };
  const form = (
    <form onSubmit={submit} className="fields" autoComplete="off" noValidate>
      <Field
        label="Access token"
        name="token"
        type="password"
        value={text}
        onChange={setText}
        error={error ?? undefined}
        hint="It stays in this tab, and is gone when you close it."
      />
      <Button type="submit" kind={props.isAside ? 'plain' : 'primary'} isPending={entering !== null}>
        Continue
      </Button>
    </form>
  );
  if (!props.isAside) return form;
  return (
    <details className="aside">
      <summary>Use an access token instead</summary>
      {form}
    </details>
  );
}

/** Tries a token, and hands it on when the gateway takes it. */
function useEnter(onSignedIn: SignedInListener) {
  const [error, setError] = useState<string | null>(null);
  const [entering, setEntering] = useState<string | null>(null);
  const enter = async (token: string): Promise<void> => {
    if (token === '') return setError('Paste a token first.');
    setEntering(token);
    setError(null);
    try {
      await checkToken(token);
      onSignedIn({ token, expiresAt: expiryOf(token) });
    } catch (cause) {
      setError(messageOf(cause));
    } finally {
      setEntering(null);
    }
  };
  return { enter, error, entering };
}
