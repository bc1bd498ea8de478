import { useAction } from '../../api/use-action';
import { REFRESH_DRIVER, type DriverPageFragment } from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Button } from '../../ui/button';
import { useToasts } from '../../ui/toasts';
import type { DriverDialog } from './driver-search';

interface DriverActionsProps {
  readonly driver: DriverPageFragment;
  readonly open: (dialog: DriverDialog) => void;
}

const ONLY_IN_DRIVERI = 'This driver is only in Driveri. The gateway writes to GPS.';

/** What can be done with a driver. */
export function DriverActions({ driver, open }: DriverActionsProps) {
  const { may } = useViewer();
  const { show } = useToasts();
  const refresh = useAction(REFRESH_DRIVER);
  const inGps = may.write ?? (driver.gps === null ? ONLY_IN_DRIVERI : null);
  const read = async (): Promise<void> => {
    const done = await refresh.run({ id: driver.id });
    if (done !== null) show({ tone: 'good', text: 'Both portals were read just now.' });
  };
  return (
    <>
      <Button denied={may.write} isPending={refresh.isRunning} onPress={() => void read()}>
        Read again
      </Button>
      <Button denied={may.write ?? whyNoResync(driver)} onPress={() => open('resync')}>
        Resync
      </Button>
      <Button kind="danger" denied={inGps} onPress={() => open('delete')}>
        Delete
      </Button>
      <Button kind="primary" denied={inGps} onPress={() => open('edit')}>
        Edit
      </Button>
    </>
  );
}

/** What helps with the driver's problem. */
export function ProblemActions({ driver, open }: DriverActionsProps) {
  const { may } = useViewer();
  const { status } = driver.sync;
  const canEdit = driver.gps !== null && (status === 'CONFLICT' || status === 'FAILED');
  return (
    <>
      {canEdit ? (
        <Button denied={may.write} onPress={() => open('edit')}>
          {status === 'CONFLICT' ? 'Enter another DriverID' : 'Edit'}
        </Button>
      ) : null}
      {status === 'FAILED' || status === 'UNMANAGED' ? (
        <Button denied={may.write ?? whyNoResync(driver)} onPress={() => open('resync')}>
          Try again now
        </Button>
      ) : null}
    </>
  );
}

const whyNoResync = ({ sync }: DriverPageFragment): string | null =>
  sync.status === 'OFF' ? 'Driver Sync is off: nothing is written to Driveri.' : null;
