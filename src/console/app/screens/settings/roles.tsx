import { useViewer } from '../../session/viewer';
import { Card } from '../../ui/states';
import { ROLE, wordFor } from '../../words/words';

const ROLES = ['MASTER', 'ADMIN', 'VIEWER'] as const;

const RIGHTS: readonly (readonly [what: string, roles: readonly string[]])[] = [
  ['See drivers, runs and the log', ['MASTER', 'ADMIN', 'VIEWER']],
  ['Create, edit, import and delete drivers', ['MASTER', 'ADMIN']],
  ['Start and cancel runs, resync', ['MASTER', 'ADMIN']],
  ['Approve and reject what is held', ['MASTER', 'ADMIN']],
  ['Undo a removal', ['MASTER', 'ADMIN']],
  ['Turn Driver Sync on and off', ['MASTER']],
];

/** Who may do what; the viewer's own role is marked. */
export function Roles() {
  const { userId, role } = useViewer();
  return (
    <Card title="Who may do what" className="wide">
      <p className="about">
        You are <bdi>{userId}</bdi>, as {wordFor(ROLE, role).label}. Roles come from the identity provider.
      </p>
      <div className="scroll-sideways" tabIndex={0} role="region" aria-label="Who may do what, as a table">
        <table className="rights">
          <thead>
            <tr>
              <th scope="col">What</th>
              {ROLES.map((one) => (
                <th key={one} scope="col" className={one === role ? 'own' : undefined}>
                  {wordFor(ROLE, one).label}
                  {one === role ? <span className="fine"> (you)</span> : null}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {RIGHTS.map(([what, roles]) => (
              <tr key={what}>
                <th scope="row">{what}</th>
                {ROLES.map((one) => (
                  <td key={one} className={one === role ? 'own' : undefined}>
                    {roles.includes(one) ? (
                      <>
                        <span aria-hidden="true" className="yes">
                          ✓
                        </span>
                        <span className="hidden">yes</span>
                      </>
                    ) : (
                      <>
                        <span aria-hidden="true">–</span>
                        <span className="hidden">no</span>
                      </>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
