import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction } from '../../api/use-action';
import { RESYNC_DRIVERS, type SyncOverviewFragment } from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/dialog';

/** What can be done with the whole fleet. */
export function SyncActions({ sync }: { readonly sync: SyncOverviewFragment | null }) {
  const { may } = useViewer();
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  const resync = useAction(RESYNC_DRIVERS);
  const start = async (dryRun: boolean): Promise<void> => {
    const done = await resync.run({ dryRun });
    const run = done?.resyncDrivers.run;
    setAsking(false);
    if (run != null) void navigate({ to: '/runs/$id', params: { id: run.id } });
  };
  if (sync === null) return null;
  return (
    <>
      {sync.enabled ? (
        <>
          <Button denied={may.write} isPending={resync.isRunning} onPress={() => void start(true)}>
            Preview a resync
          </Button>
          <Button denied={may.write} onPress={() => setAsking(true)}>
            Resync now
          </Button>
        </>
      ) : (
        <Link to="/turn-on" className="button primary">
          Preview and turn on
        </Link>
      )}
      {isAsking ? (
        <Confirm
          title="Resync all drivers now?"
          lines={[
            'Both portals are read and compared now, and Driveri is made to match GPS.',
            'What somebody edited in Driveri is overridden. Mass removals still wait for approval.',
          ]}
          yes="Resync now"
          isPending={resync.isRunning}
          onYes={() => void start(false)}
          onNo={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
