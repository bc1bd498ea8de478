import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useGateway } from '../../api/gateway';
import { SignInForm } from '../../session/sign-in-form';

/** `/sign-in`: the ways to sign in, then back to the address that was asked for. */
export function SignIn() {
  const { session } = useGateway();
  const navigate = useNavigate();
  const { to = '/' } = useSearch({ from: '/sign-in' });
  useEffect(() => {
    document.title = 'Sign in · Driver Sync';
  }, []);
  return (
    <main className="gate">
      <div className="card">
        <h1>Driver Sync</h1>
        <SignInForm
          returnTo={to}
          onSignedIn={(credentials, returned) => {
            // What another user typed is not this user's.
            if (returned?.isAnother === true) session.end();
            session.start(credentials);
            void navigate({ href: returned?.returnTo ?? to, replace: true });
          }}
        />
      </div>
    </main>
  );
}
