/** The screens in the navigation, in their order. `icon`: a path in a box of 20 by 20. */
export const NAVIGATION = [
  { to: '/', label: 'Overview', icon: 'M3 9.5 10 3l7 6.5V17h-4.5v-4.5h-5V17H3z' },
  {
    to: '/drivers',
    label: 'Drivers',
    icon: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.6-3 3-4.5 6-4.5s5.4 1.500 6 4.500',
  },
  { to: '/approvals', label: 'Approvals', icon: 'M4 10.5l4 4 8-9' },
  {
    to: '/runs',
    label: 'Runs',
    icon: 'M15.500 6.500A6.500 6.500 0 1 0 16.500 11M16 3v4h-4',
  },
  { to: '/activity', label: 'Activity', icon: 'M3 10h3l2.500-6 3 12 2.500-6h3' },
  {
    to: '/turn-on',
    label: 'On and off',
    icon: 'M6.5 5.500a6 6 0 1 0 7 0M10 3v6',
  },
  {
    to: '/settings',
    label: 'Settings',
    icon: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4',
  },
] as const;
