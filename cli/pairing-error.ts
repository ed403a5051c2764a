/** Why no phone was paired, where RyzeAPI itself answered well. */
export type PairingReason = "banned" | "loggedOut" | "timedOut";

export class PairingError extends Error {
  override readonly name = "PairingError";
  readonly reason: PairingReason;

  constructor(reason: PairingReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

export function banned(name: string): PairingError {
  return new PairingError("banned", `WhatsApp has banned the number of "${name}"`);
}

export function loggedOut(name: string): PairingError {
  return new PairingError(
    "loggedOut",
    `"${name}" was logged out while it waited for the phone. Run \`npx ryzeapi connect\` again for a new code`,
  );
}

export function timedOut(name: string, seconds: number): PairingError {
  return new PairingError(
    "timedOut",
    `"${name}" was not connected within ${seconds} s. Run \`npx ryzeapi connect\` again for a new code`,
  );
}
