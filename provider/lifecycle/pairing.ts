/** The connection of an instance, as far as it was told. */
export interface Connection {
  readonly status: string | undefined;
  readonly numberJid: string | undefined;
}

/** Whether deleting the instance ends a WhatsApp session. */
export function isPaired({ status = "", numberJid }: Connection): boolean {
  return isConnected(status) || (numberJid !== undefined && !isLoggedOut(status));
}

/** Whether there is no sign that a phone was ever paired with the instance. */
export function wasNeverPaired({ status = "", numberJid }: Connection): boolean {
  return numberJid === undefined && /^(disconnected|closed?|connecting|qr\w*|)$/i.test(status);
}

/** The connection in words, for messages. */
export function pairedWith({ status = "", numberJid }: Connection): string {
  return `${numberJid ?? "a number"} (${status})`;
}

/** States have more than one spelling: `connected` in the documentation is `open` in some answers. */
function isConnected(status: string): boolean {
  return /^(connected|open)$/i.test(status);
}

function isLoggedOut(status: string): boolean {
  return /^logged_?out$/i.test(status);
}
