import type { ReactNode } from 'react';
import type { DriverPageFragment, DriveriSideFragment, GpsSideFragment } from '../../generated/documents';
import { Value } from '../../ui/changes';
import { Time } from '../../ui/time';

/** A line of the comparison: what each portal says, and the name of the difference that marks it. */
interface Line {
  readonly label: string;
  readonly gps: ((gps: GpsSideFragment) => string | null) | 'untold';
  readonly driveri: ((driveri: DriveriSideFragment) => string | null) | 'untold';
  readonly difference?: string;
}

const LINES: readonly Line[] = [
  {
    label: 'DriverID',
    gps: ({ driveriDriverId }) => driveriDriverId,
    driveri: ({ driverId }) => driverId,
    difference: 'driverId',
  },
  {
    label: 'First name',
    gps: ({ firstName }) => firstName,
    driveri: ({ firstName }) => firstName,
    difference: 'firstName',
  },
  {
    label: 'Last name',
    gps: ({ lastName }) => lastName,
    driveri: ({ lastName }) => lastName,
    difference: 'lastName',
  },
  { label: 'E-mail', gps: ({ email }) => email, driveri: ({ email }) => email, difference: 'email' },
  { label: 'Phone', gps: ({ phone }) => phone, driveri: 'untold', difference: 'phone' },
  { label: 'Status', gps: () => 'Active', driveri: ({ status }) => status, difference: 'status' },
  { label: 'Groups', gps: ({ groups }) => groups.join(', '), driveri: ({ group }) => group },
  { label: 'Ref ID', gps: ({ referenceId }) => referenceId, driveri: 'untold' },
  { label: 'Time zone', gps: ({ timeZone }) => timeZone, driveri: 'untold' },
  { label: 'GPS number', gps: ({ gpsId }) => gpsId, driveri: 'untold' },
  { label: 'User name', gps: 'untold', driveri: ({ userName }) => userName },
  {
    label: 'Mobile app',
    gps: 'untold',
    driveri: ({ mobileApp }) => (mobileApp === null ? null : mobileApp ? 'Yes' : 'No'),
  },
];

/** Both portals side by side; what differs is marked with a word, not only with a colour. */
export function Sides({ driver }: { readonly driver: DriverPageFragment }) {
  const { gps, driveri, sync } = driver;
  const differing = new Map(sync.differences.map((difference) => [difference.field, difference]));
  return (
    <table className="sides">
      <caption className="hidden">The driver in both portals</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">GPS</th>
          <th scope="col">Driveri</th>
        </tr>
      </thead>
      <tbody>
        {LINES.map((line) => {
          const difference = differing.get(line.difference ?? '');
          return (
            <tr key={line.label} className={difference === undefined ? '' : 'differs'}>
              <th scope="row">
                {line.label}
                {difference === undefined ? null : <span className="mark"> differs</span>}
              </th>
              {/* A difference shows what GPS wants there: not always, letter by letter, what GPS holds. */}
              <td>{sideOf(gps, line.gps, difference?.gps)}</td>
              <td>{sideOf(driveri, line.driveri)}</td>
            </tr>
          );
        })}
        <tr className="fine">
          <th scope="row">Last seen</th>
          <td>{gps === null ? 'not there' : <Time at={gps.observedAt} />}</td>
          <td>{driveri === null ? 'not there' : <Time at={driveri.observedAt} />}</td>
        </tr>
      </tbody>
    </table>
  );
}

function sideOf<Side>(
  side: Side | null,
  value: ((side: Side) => string | null) | 'untold',
  wanted?: string | null,
): ReactNode {
  if (value === 'untold') return <span className="fine">not told</span>;
  return <Value value={wanted ?? (side === null ? null : value(side))} />;
}
