import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, type ReactNode } from 'react';
import { useQuery } from 'urql';
import { useGateway, useSessionState } from '../api/gateway';
import { VIEWER } from '../generated/documents';
import { useViewer, ViewerProvider } from '../session/viewer';
import { Content } from '../ui/states';
import { ROLE, sentenceCase, wordFor } from '../words/words';
import { Button } from '../ui/button';
import { ConnectionDot, OfflineBanner } from './connection';
import { HeldCountProvider, useHeldCount } from './held-count';
import { NAVIGATION } from './navigation';
import { PaletteButton } from './palette-button';
import { ThemeChoice } from './theme-choice';

/** Loaded soon after the first screen, and not only when it is needed: by then there may be another version. */
const loadExpiredDialog = async () => ({
  default: (await import('../session/expired-dialog')).ExpiredDialog,
});
const ExpiredDialog = lazy(loadExpiredDialog);
const IDLE_MS = 3_000;

/** Around every screen but the sign-in: who is there, the navigation, the connection; and what has expired. */
export function Shell() {
  const state = useSessionState();
  useEffect(() => {
    // What cannot be loaded now is tried again when it is needed.
    const timer = setTimeout(() => void loadExpiredDialog().catch(() => undefined), IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
  // On the way to the sign-in.
  if (state.kind === 'none') return null;
  return (
    <>
      <SignedIn>
        <Frame>
          <Outlet />
        </Frame>
      </SignedIn>
      {state.kind === 'expired' ? (
        <Suspense>
          <ExpiredDialog />
        </Suspense>
      ) : null}
    </>
  );
}

function SignedIn({ children }: { readonly children: ReactNode }) {
  const [result, ask] = useQuery({ query: VIEWER, requestPolicy: 'cache-first' });
  return (
    <Content result={result} again={() => ask({ requestPolicy: 'network-only' })}>
      {({ viewer }) => (
        <ViewerProvider viewer={viewer}>
          <HeldCountProvider>{children}</HeldCountProvider>
        </ViewerProvider>
      )}
    </Content>
  );
}

function Frame({ children }: { readonly children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  useFocusOnNewScreen(main);
  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      <Navigation />
      <main id="main" ref={main} tabIndex={-1}>
        <OfflineBanner />
        {children}
      </main>
    </div>
  );
}

/** After going to another screen the focus is on its title, as after loading a page; never when only data has changed. */
function useFocusOnNewScreen(main: { readonly current: HTMLElement | null }): void {
  const { pathname } = useLocation();
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const target = main.current?.querySelector<HTMLElement>('h1') ?? main.current;
    target?.focus({ preventScroll: true });
  }, [pathname, main]);
}

function Header() {
  const { session } = useGateway();
  const { userId, role, account } = useViewer();
  return (
    <header className="top">
      <Link to="/" className="brand">
        <span className="logo" aria-hidden="true" />
        <span>
          <span className="brand-name">Driver Sync</span>
          <span className="fine">
            <bdi>{account.name}</bdi> · {sentenceCase(account.tier)}
          </span>
        </span>
      </Link>
      <div className="who">
        <span role="status">
          <ConnectionDot />
        </span>
        <span className="fine user" title={wordFor(ROLE, role).about}>
          <bdi>{userId}</bdi> · {wordFor(ROLE, role).label}
        </span>
        <PaletteButton />
        <ThemeChoice />
        <Button onPress={() => session.end()}>Sign out</Button>
      </div>
    </header>
  );
}

function Navigation() {
  const held = useHeldCount();
  return (
    <nav className="navigation" aria-label="Screens">
      <ul>
        {NAVIGATION.map(({ to, label, icon }) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
              <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                <path d={icon} />
              </svg>
              <span>{label}</span>
              {(to as string) === '/approvals' && held > 0 ? (
                <span className="count-dot">
                  {held}
                  <span className="hidden"> waiting</span>
                </span>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
