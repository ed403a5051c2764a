import { cleanMessage } from "../../provider/ryzeapi/errors.ts";
import type { Code } from "../pairing.ts";
import { printCode, printConnected } from "../pairing-events.ts";
import { connectedLine } from "../pairing-screen.ts";
import { notice } from "../progress.ts";

interface Counts {
  readonly connected: number;
  readonly total: number;
}

/** What the command prints while the page does the rest. */
interface Output {
  page(link: string): void;
  code(name: string, code: Code, renewedAt: Date): void;
  connected(name: string, numberJid: string | undefined, counts: Counts): void;
  failed(name: string, message: string): void;
  over(counts: Counts): void;
}

export function outputFor(isJson: boolean): Output {
  return isJson ? forScripts : forPeople;
}

const forPeople: Output = {
  page(link) {
    console.log(
      `The page is open at ${link}\nThis link works once, in a browser on this machine. Ctrl-C ends.`,
    );
  },
  code() {
    // The page shows it.
  },
  connected(name, numberJid, { connected, total }) {
    console.log(`${connectedLine(cleanMessage(name, []), numberJid)} (${connected} of ${total})`);
  },
  failed(name, message) {
    notice(`"${cleanMessage(name, [])}": ${message}`);
  },
  over({ total }) {
    console.log(total === 1 ? "The instance is connected." : `All ${total} instances are connected.`);
  },
};

const forScripts: Output = {
  page(url) {
    console.log(JSON.stringify({ event: "page", url }));
  },
  code: printCode,
  connected: printConnected,
  failed(name, message) {
    console.log(JSON.stringify({ event: "failed", name, message }));
  },
  over() {
    // The status of the exit says it.
  },
};
