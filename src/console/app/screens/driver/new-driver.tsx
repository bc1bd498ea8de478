import { Link, useNavigate } from '@tanstack/react-router';
import { Page } from '../../shell/page';
import { useViewer } from '../../session/viewer';
import { Button } from '../../ui/button';
import { useToasts } from '../../ui/toasts';
import { useDriverForm } from './driver-form';

/** `/drivers/new`: a new driver, written to GPS. */
export function NewDriver() {
  const { may } = useViewer();
  const { show } = useToasts();
  const navigate = useNavigate();
  const form = useDriverForm(null, (driver) => {
    show({ tone: 'good', text: `${driver.fullName} was created in GPS. Driveri follows.` });
    void navigate({ to: '/drivers/$id', params: { id: driver.id } });
  });
  return (
    <Page title="New driver" above={<Link to="/drivers">Drivers</Link>}>
      <section className="card narrow" aria-label="The new driver">
        <p className="fine">
          The driver is created in GPS. While Driver Sync is on, Driveri gets the same driver at once.
        </p>
        <form onSubmit={form.submit} noValidate autoComplete="off">
          {form.fields}
          <div className="actions form-actions">
            <Button type="submit" kind="primary" denied={may.write} isPending={form.isSaving}>
              Create driver
            </Button>
            <Button
              onPress={() => {
                form.discard();
                void navigate({ to: '/drivers' });
              }}
            >
              Discard
            </Button>
          </div>
        </form>
      </section>
    </Page>
  );
}
