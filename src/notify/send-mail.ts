import { createTransport, type Transporter } from 'nodemailer';
import type { MailConfig } from '../config/config';
import { errorCode } from '../platform/error-code';
import { DELIVER_WITHIN_MS, type Delivery } from './delivery';
import type { Notification } from './incident';
import { toMail, type MessageContext } from './message';
import type { Target } from './target';

/** Sends notifications by mail. */
export interface MailSender {
  /** Never throws. Taken: the mail server has accepted the mail for the address. */
  send(
    target: Extract<Target, { channel: 'mail' }>,
    notification: Notification,
    context: MessageContext,
  ): Promise<Delivery>;
  close(): void;
}

/** `mail` undefined: every attempt is refused, and says which variables are missing. */
export function createMailSender(mail: MailConfig | undefined): MailSender {
  const transport = mail === undefined ? undefined : openTransport(mail);
  return {
    async send(target, notification, context) {
      if (mail === undefined || transport === undefined) {
        return { outcome: 'refused', cause: 'not-configured', failure: 'SMTP_URL and MAIL_FROM are not set' };
      }
      try {
        await transport.sendMail({
          from: mail.from,
          to: target.address,
          ...toMail(notification, context),
          // The same for each repetition: a mailbox shows a doubled mail once.
          messageId: `<${notification.id}@driver-sync-gateway>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { outcome: 'taken' };
      } catch (error) {
        return refusal(error);
      }
    },
    close: () => transport?.close(),
  };
}

function openTransport({ url }: MailConfig): Transporter {
  return createTransport({
    url: url.reveal(),
    connectionTimeout: DELIVER_WITHIN_MS / 3,
    greetingTimeout: DELIVER_WITHIN_MS / 3,
    socketTimeout: DELIVER_WITHIN_MS / 3,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** The mail server's own words are its answer to a command; those of another error may quote its address and password. */
function refusal(error: unknown): Delivery {
  const { responseCode, response } = (typeof error === 'object' && error !== null ? error : {}) as {
    responseCode?: unknown;
    response?: unknown;
  }; // nodemailer's errors have these, and others do not
  if (typeof responseCode === 'number') {
    const words = typeof response === 'string' ? response.replace(/\s+/g, ' ').slice(0, 200) : '';
    return {
      outcome: 'refused',
      cause: `smtp-${responseCode}`,
      failure: `the mail server answered ${words === '' ? responseCode : words}`,
    };
  }
  const code = errorCode(error) ?? 'unknown';
  return {
    outcome: 'refused',
    cause: code.toLowerCase(),
    failure: `the mail server could not be used (${code})`,
  };
}
