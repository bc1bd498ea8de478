import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
  redirect,
  type ErrorComponentProps,
} from '@tanstack/react-router';
import type { Session } from './session/session';
import { driverSearch } from './screens/driver/driver-search';
import { driversSearch } from './screens/drivers/drivers-search';
import { parseSearch, stringifySearch, textParam } from './shell/search-params';
import { homeSearch } from './screens/home/home-search';
import { turnOnSearch } from './screens/turn-on/turn-on-search';
import { runSearch, runsSearch } from './screens/runs/runs-search';
import { approvalsSearch } from './screens/approvals/approvals-search';
import { activitySearch } from './screens/activity/activity-search';
import { importSearch } from './screens/import/import-search';
import { Shell } from './shell/shell';
import { Page } from './shell/page';
import { Empty, Failed, Loading } from './ui/states';

const root = createRootRouteWithContext<{ readonly session: Session }>()();

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw): { to?: string | undefined } => ({ to: ownAddress(textParam(raw, 'to')) }),
  component: lazyRouteComponent(() => import('./screens/sign-in/sign-in'), 'SignIn'),
});

/** Everything for which one has to be signed in. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Shell,
  beforeLoad({ context, location }) {
    if (context.session.state().kind !== 'none') return;
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  validateSearch: homeSearch,
  component: lazyRouteComponent(() => import('./screens/home/home'), 'Home'),
});

const drivers = createRoute({
  getParentRoute: () => app,
  path: '/drivers',
  validateSearch: driversSearch,
  component: lazyRouteComponent(() => import('./screens/drivers/drivers'), 'Drivers'),
});

const turnOn = createRoute({
  getParentRoute: () => app,
  path: '/turn-on',
  validateSearch: turnOnSearch,
  component: lazyRouteComponent(() => import('./screens/turn-on/turn-on'), 'TurnOn'),
});

const newDriver = createRoute({
  getParentRoute: () => app,
  path: '/drivers/new',
  component: lazyRouteComponent(() => import('./screens/driver/new-driver'), 'NewDriver'),
});

const driver = createRoute({
  getParentRoute: () => app,
  path: '/drivers/$id',
  validateSearch: driverSearch,
  component: lazyRouteComponent(() => import('./screens/driver/driver'), 'Driver'),
});

const importDrivers = createRoute({
  getParentRoute: () => app,
  path: '/drivers/import',
  validateSearch: importSearch,
  component: lazyRouteComponent(() => import('./screens/import/import-drivers'), 'ImportDrivers'),
});

const approvals = createRoute({
  getParentRoute: () => app,
  path: '/approvals',
  validateSearch: approvalsSearch,
  component: lazyRouteComponent(() => import('./screens/approvals/approvals'), 'Approvals'),
});

const runs = createRoute({
  getParentRoute: () => app,
  path: '/runs',
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import('./screens/runs/runs'), 'Runs'),
});

const run = createRoute({
  getParentRoute: () => app,
  path: '/runs/$id',
  validateSearch: runSearch,
  component: lazyRouteComponent(() => import('./screens/runs/run'), 'Run'),
});

const activity = createRoute({
  getParentRoute: () => app,
  path: '/activity',
  validateSearch: activitySearch,
  component: lazyRouteComponent(() => import('./screens/activity/activity'), 'Activity'),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('./screens/settings/settings'), 'Settings'),
});

/** Any other address: inside of the frame, so that one finds the way back. */
const nothing = createRoute({ getParentRoute: () => app, path: '$', component: NotFound });

const routeTree = root.addChildren([
  signIn,
  app.addChildren([
    home,
    drivers,
    newDriver,
    importDrivers,
    driver,
    approvals,
    runs,
    run,
    turnOn,
    activity,
    settings,
    nothing,
  ]),
]);

/** The addresses of the console; all but the sign-in are for those who have signed in. */
export function createConsoleRouter(session: Session) {
  const router = createRouter({
    routeTree,
    parseSearch,
    stringifySearch,
    context: { session },
    scrollRestoration: true,
    defaultPreload: 'intent',
    defaultPendingComponent: () => <Loading />,
    defaultErrorComponent: ScreenFailed,
    defaultNotFoundComponent: NotFound,
  });
  session.subscribe(() => {
    // Signed out: to the sign-in.
    if (session.state().kind === 'none') void router.invalidate();
  });
  return router;
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}

/** Only a path of this page: an address must not send anybody elsewhere. */
function ownAddress(address: string | undefined): string | undefined {
  return address !== undefined && /^\/(?![/\\])/.test(address) ? address : undefined;
}

/** A screen that could not be loaded, most often because a new version was deployed; or one with a fault. */
function ScreenFailed({ error }: ErrorComponentProps) {
  return (
    <div className="page">
      <Failed error={error} what="This screen could not be shown" again={() => location.reload()} />
    </div>
  );
}

function NotFound() {
  return (
    <Page title="Nothing here">
      <Empty title="There is no screen at this address.">
        <p>
          <Link to="/">Go to the overview</Link>
        </p>
      </Empty>
    </Page>
  );
}
