import type { Code } from "./pairing.ts";

/** One JSON object per line, for scripts. */
export function printCode(name: string, code: Code, renewedAt: Date): void {
  const event = "pairingCode" in code ? "pairingCode" : "qrCode";
  console.log(JSON.stringify({ event, name, ...code, renewedAt }));
}

export function printConnected(name: string, numberJid: string | undefined): void {
  console.log(JSON.stringify({ event: "connected", name, numberJid: numberJid ?? null }));
}
