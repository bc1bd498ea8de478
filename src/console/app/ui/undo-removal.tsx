import { useState } from 'react';
import { useAction } from '../api/use-action';
import { UNDO_REMOVAL, type EventItemFragment } from '../generated/documents';
import { useViewer } from '../session/viewer';
import { Button } from './button';
import { Confirm } from './dialog';
import { useToasts } from './toasts';

/** Reinstates in Driveri the driver that the event removed. If GPS does not have the driver, the user must confirm a second time. */
export function UndoRemoval({ event }: { readonly event: EventItemFragment }) {
  const { may } = useViewer();
  const { show, showRefusals } = useToasts();
  const [asking, setAsking] = useState<'no' | 'undo' | 'force'>('no');
  const undo = useAction(UNDO_REMOVAL, { showsRefusals: false });
  const name = event.driverName ?? 'The driver';
  const bringBack = async (): Promise<void> => {
    const done = await undo.run({ event: event.id, force: asking === 'force' });
    const refusals = done?.undoRemoval.userErrors ?? [];
    if (refusals.some(({ code }) => code === 'NOT_IN_GPS')) return setAsking('force');
    setAsking('no');
    if (done !== null && !showRefusals(refusals))
      show({ tone: 'good', text: `${name} is brought back in Driveri.` });
  };
  return (
    <>
      <Button kind="link" denied={may.write} onPress={() => setAsking('undo')}>
        Undo removal
      </Button>
      {asking === 'no' ? null : (
        <Confirm
          key={asking}
          title={asking === 'undo' ? 'Undo this removal?' : 'GPS does not have this driver'}
          lines={
            asking === 'undo'
              ? [`${name} is brought back in Driveri, with the history there.`]
              : [
                  'Best bring the driver back in GPS first: Driveri then follows by itself.',
                  `Or bring ${name} back in Driveri only. Driver Sync leaves the driver alone there from then on.`,
                ]
          }
          yes={asking === 'undo' ? 'Bring back' : 'Bring back in Driveri only'}
          isPending={undo.isRunning}
          onYes={() => void bringBack()}
          onNo={() => setAsking('no')}
        />
      )}
    </>
  );
}
