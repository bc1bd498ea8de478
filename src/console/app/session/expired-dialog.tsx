import { useGateway, useSessionState } from '../api/gateway';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { subjectOf } from './session';
import { SignInForm } from './sign-in-form';

/** Over the page when the session has expired: the page below stays, with everything that was typed. */
export function ExpiredDialog() {
  const state = useSessionState();
  const { session } = useGateway();
  if (state.kind !== 'expired') return null;
  const before = subjectOf(state.credentials.token);
  return (
    <Dialog
      title="Your session has expired"
      isFirm
      onClose={() => undefined}
      footer={<Button onPress={() => session.end()}>Sign out</Button>}
    >
      <p>Sign in again to go on. Nothing that you typed is lost.</p>
      <SignInForm
        expired={state.credentials.token}
        returnTo={location.pathname + location.search}
        onSignedIn={(credentials) => {
          const isSame = subjectOf(credentials.token) === before;
          if (!isSame) session.end();
          session.start(credentials);
          // What another user typed, and what waits to be sent, is not this user's.
          if (!isSame) location.reload();
        }}
      />
    </Dialog>
  );
}
