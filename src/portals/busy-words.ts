/**
 * Whether a refusal's text says that the portal cannot do it now, whatever its code says: it is to be tried again, and says
 * nothing of credentials or of what was sent.
 */
export function saysBusy(text: string | null): boolean {
  return /\b(temporar\w+|(service|server|system|portal|database|site|currently) (is )?(currently )?(un|not )available|down for|maintenance|overload\w*|too busy|(server|system|service|portal|database) (is )?busy|try (it )?again (later|soon|shortly|in|after)|internal (server )?error|gateway time-?out|timed out)\b/i.test(
    text ?? '',
  );
}

/** Whether a refusal's text says that there were too many requests or log-ins. */
export function saysTooMany(text: string | null): boolean {
  return /\b(too many (requests|calls|log-?ins?|attempts|log-?in attempts|sign-?in attempts)|rate limit\w*|quota exceeded|throttl\w+)\b/i.test(
    text ?? '',
  );
}
