import type { Notification } from './incident';

/** Whose notification it is, and where people look. */
export interface MessageContext {
  readonly accountName: string;
  /** The console's address, without a slash at the end; undefined: the message has no link. */
  readonly publicUrl: string | undefined;
}

/** The body of a generic webhook: the documented, stable form (docs/operating.md). */
export interface NotificationBody {
  readonly id: string;
  readonly type: 'incident.opened' | 'incident.recovered';
  readonly createdAt: string;
  readonly account: { readonly id: string; readonly name: string };
  readonly incident: {
    readonly id: string;
    readonly kind: string;
    readonly code: string;
    readonly summary: string;
    readonly hint: string;
    readonly openedAt: string;
    readonly recoveredAt: string | null;
  };
  readonly link: string | null;
}

/** The generic form. */
export function toBody(notification: Notification, context: MessageContext): NotificationBody {
  const { incident } = notification;
  return {
    id: notification.id,
    type: notification.phase === 'opened' ? 'incident.opened' : 'incident.recovered',
    createdAt: toIso(notification.createdAt),
    account: { id: notification.account, name: context.accountName },
    incident: {
      id: incident.id,
      kind: incident.kind,
      code: incident.code,
      summary: incident.summary,
      hint: incident.hint,
      openedAt: toIso(incident.openedAt),
      recoveredAt: incident.closedAt === null ? null : toIso(incident.closedAt),
    },
    link: linkTo(notification, context),
  };
}

/** Slack's form of an incoming webhook: `text`, in its own markup. */
export function toSlack(notification: Notification, context: MessageContext): { readonly text: string } {
  const link = linkTo(notification, context);
  const lines = [
    `*${escapeSlack(titleOf(notification, context))}*`,
    escapeSlack(notification.incident.summary),
    ...(notification.phase === 'opened' ? [escapeSlack(notification.incident.hint)] : []),
    ...(link === null ? [] : [`<${link}|Open the console>`]),
  ];
  return { text: lines.join('\n') };
}

/** A mail in plain text. */
export function toMail(
  notification: Notification,
  context: MessageContext,
): { readonly subject: string; readonly text: string } {
  const { incident, phase } = notification;
  const link = linkTo(notification, context);
  const paragraphs = [
    incident.summary,
    ...(phase === 'opened' ? [incident.hint] : []),
    phase === 'opened'
      ? `Since ${toIso(incident.openedAt)}.`
      : `From ${toIso(incident.openedAt)} to ${toIso(incident.closedAt ?? notification.createdAt)}.`,
    ...(link === null ? [] : [link]),
  ];
  return { subject: titleOf(notification, context), text: `${paragraphs.join('\n\n')}\n` };
}

const TITLES: { readonly [Kind in Notification['incident']['kind']]: string } = {
  held: 'changes wait for approval',
  blocked: 'Driver Sync is blocked',
  'run-failed': 'a run failed',
  failures: 'drivers need attention',
};

function titleOf({ incident, phase }: Notification, { accountName }: MessageContext): string {
  const title = `${accountName}: ${TITLES[incident.kind]}`;
  return phase === 'opened' ? title : `${title} – over`;
}

/** The screen of the console that shows it, and what to do about it. */
const SCREENS: { readonly [Kind in Notification['incident']['kind']]: string } = {
  held: '/approvals',
  blocked: '/',
  'run-failed': '/runs?status=FAILED,PARTIAL',
  failures: '/drivers?status=FAILED',
};

const linkTo = ({ incident }: Notification, { publicUrl }: MessageContext): string | null =>
  publicUrl === undefined ? null : `${publicUrl}${SCREENS[incident.kind]}`;

const toIso = (at: number): string => new Date(at).toISOString();

const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
