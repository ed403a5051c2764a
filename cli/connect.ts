import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { asError, cleanMessage, RyzeApiError } from "../provider/ryzeapi/errors.ts";
import { accountClient } from "./account.ts";
import { pair } from "./pairing.ts";
import { screenFor } from "./pairing-screen.ts";
import { endProgress, showProgress } from "./progress.ts";
import { tokenFromOutput } from "./stack.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi connect NAME [--number DIGITS] [--token-output OUTPUT] [--stack STACK] [--timeout SECONDS] [--json]

Pairs a phone with an instance: shows a QR code, renews it before it expires, and ends when the instance is connected.

  --number DIGITS         show a pairing code for this number (country code first) instead of a QR code
  --token-output OUTPUT   take the instance's token from this output of a stack (default: the account's token)
  --stack STACK           the stack (default: the one that is selected in this folder)
  --timeout SECONDS       give up after this time (default 300)
  --json                  for scripts: one JSON object per line, whose "event" is "qrCode", "pairingCode" (each with
                          "renewedAt") or "connected" (with "numberJid")

The exit status is 0 once the instance is connected, 1 if it could not be (standard error says why), 2 for wrong
arguments, 130 after Ctrl-C.`;

const DEFAULT_TIMEOUT_SECONDS = 300;

export async function connectCommand(args: readonly string[]): Promise<void> {
  const { names, options } = parse(args);
  if (options.help === true) {
    console.log(HELP);
    return;
  }
  const [name, ...others] = names;
  if (name === undefined || name === "") throw new UsageError("the name of the instance is missing", HELP);
  if (others.length > 0) throw new UsageError("connect takes the name of one instance", HELP);
  const number = options.number === undefined ? undefined : digitsOf(options.number);
  const seconds = secondsIn(options.timeout);

  showProgress(`Asking RyzeAPI for "${cleanMessage(name, [])}"…`);
  const output = options["token-output"];
  const token = output === undefined ? undefined : await tokenFromOutput(output, options.stack);
  const account = await accountClient(options.stack, token);
  const screen = await screenFor(cleanMessage(name, []), options.json === true);
  const pairing = pair(account, name, number, (code, renewedAt) => {
    endProgress();
    screen.show(code, renewedAt);
  });
  try {
    const { numberJid } = await Promise.race([pairing, givenUp(name, seconds)]);
    screen.close?.();
    endProgress();
    screen.connected(name, numberJid);
  } catch (error) {
    throw output !== undefined && isRefusal(error) ? refused(output, error) : error;
  } finally {
    screen.close?.();
  }
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        number: { type: "string" },
        "token-output": { type: "string" },
        stack: { type: "string" },
        timeout: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return { names: positionals, options: values };
  } catch (error) {
    throw new UsageError(asError(error).message, HELP);
  }
}

/** People write `+55 (11) 99999-9999`. */
function digitsOf(number: string): string {
  const digits = number.replaceAll(/[\s()+.-]/g, "");
  if (/^\d{6,15}$/.test(digits)) return digits;
  throw new UsageError("--number takes digits, country code first, such as 5511999999999", HELP);
}

function secondsIn(timeout: string | undefined): number {
  if (timeout === undefined) return DEFAULT_TIMEOUT_SECONDS;
  const seconds = Number(timeout);
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new UsageError("--timeout takes a number of seconds, up to 86400", HELP);
}

async function givenUp(name: string, seconds: number): Promise<never> {
  await sleep(seconds * 1_000, undefined, { ref: false });
  throw new Error(
    `"${name}" was not connected within ${seconds} s. Run \`npx ryzeapi connect\` again for a new code`,
  );
}

function isRefusal(error: unknown): error is RyzeApiError {
  return error instanceof RyzeApiError && error.tokenRefused;
}

function refused(output: string, cause: RyzeApiError): Error {
  return new Error(
    `RyzeAPI refused the token in the stack output "${output}" (${cause.reason}). ` +
      "Check that the output is the `token` of this instance, and that RYZEAPI_ENDPOINT is not that of another service",
    { cause },
  );
}
