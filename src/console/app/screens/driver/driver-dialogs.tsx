import { useNavigate } from '@tanstack/react-router';
import { useAction } from '../../api/use-action';
import { DELETE_DRIVER, RESYNC_DRIVERS, type DriverPageFragment } from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Button } from '../../ui/button';
import { Confirm, Dialog } from '../../ui/dialog';
import { useToasts } from '../../ui/toasts';
import { useDriverForm } from './driver-form';
import type { DriverDialog } from './driver-search';

interface DialogProps {
  readonly driver: DriverPageFragment;
  readonly close: () => void;
}

/** The dialog that the address names, as far as the user may use it. */
export function DriverDialogs(props: DialogProps & { readonly dialog: DriverDialog | undefined }) {
  const { driver, close, dialog } = props;
  const { may } = useViewer();
  if (dialog === undefined || may.write !== null) return null;
  if (dialog === 'resync') return <ResyncDriver driver={driver} close={close} />;
  if (driver.gps === null) return null;
  return dialog === 'edit' ? (
    <EditDriver driver={driver} close={close} />
  ) : (
    <DeleteDriver driver={driver} close={close} />
  );
}

function EditDriver({ driver, close }: DialogProps) {
  const { show } = useToasts();
  const form = useDriverForm(driver, () => {
    show({ tone: 'good', text: 'Saved in GPS. Driveri follows.' });
    close();
  });
  const cancel = (): void => {
    form.discard();
    close();
  };
  return (
    <Dialog
      title={`Edit ${driver.fullName}`}
      // Escape keeps what was typed for the next time; Cancel does not.
      onClose={close}
      footer={
        <>
          <Button onPress={cancel}>Cancel</Button>
          <Button type="submit" form="edit-driver" kind="primary" isPending={form.isSaving}>
            Save
          </Button>
        </>
      }
    >
      <form id="edit-driver" onSubmit={form.submit} noValidate autoComplete="off">
        {form.fields}
      </form>
    </Dialog>
  );
}

function DeleteDriver({ driver, close }: DialogProps) {
  const { show } = useToasts();
  const navigate = useNavigate();
  const remove = useAction(DELETE_DRIVER);
  const yes = async (): Promise<void> => {
    const done = await remove.run({ id: driver.id });
    if (done === null) return;
    show({ tone: 'good', text: `${driver.fullName} was deleted in GPS.` });
    void navigate({ to: '/drivers' });
  };
  return (
    <Confirm
      title={`Delete ${driver.fullName}?`}
      lines={[
        'The driver is deleted in the GPS portal. That cannot be taken back.',
        'While Driver Sync is on, Driveri sets the driver to its deleted status; the history stays there.',
      ]}
      yes="Delete"
      kind="danger"
      isPending={remove.isRunning}
      onYes={() => void yes()}
      onNo={close}
    />
  );
}

function ResyncDriver({ driver, close }: DialogProps) {
  const { show } = useToasts();
  const resync = useAction(RESYNC_DRIVERS);
  const yes = async (): Promise<void> => {
    const done = await resync.run({ dryRun: false, driverIds: [driver.id] });
    if (done === null) return;
    show({ tone: 'good', text: 'The resync has started. This page shows what comes of it.' });
    close();
  };
  return (
    <Confirm
      title={`Resync ${driver.fullName}?`}
      lines={[
        'Both portals are read now, and Driveri is made to match GPS for this driver.',
        'What somebody edited in Driveri is overridden.',
      ]}
      yes="Resync"
      isPending={resync.isRunning}
      onYes={() => void yes()}
      onNo={close}
    />
  );
}
