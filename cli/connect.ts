import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { asError, cleanMessage, RyzeApiError } from "../provider/ryzeapi/errors.ts";
import { accountClient } from "./account.ts";
import { statusOf } from "./connection.ts";
import { lookingAt, pair } from "./pairing.ts";
import { timedOut } from "./pairing-error.ts";
import { screenFor } from "./pairing-screen.ts";
import { digitsOf } from "./phone-number.ts";
import { endProgress, showProgress } from "./progress.ts";
import { tokenFromOutput } from "./stack.ts";
import { UsageError } from "./usage.ts";
import { pairInBrowser } from "./web/command.ts";

const HELP = `Usage: ryzeapi connect NAME [--number DIGITS] [--token-output OUTPUT] [--stack STACK] [--timeout SECONDS] [--json]
       ryzeapi connect --web [NAME...] [--keep] [--stack STACK] [--timeout SECONDS] [--json]

Pairs a phone with an instance: shows a QR code, renews it before it expires, and ends when the instance is connected.
With --web it opens a page in the browser that does the same for several instances: those that are named, or all of the
stack. It ends when all of them are connected.

  --number DIGITS         show a pairing code for this number (country code first) instead of a QR code
  --token-output OUTPUT   take the instance's token from this output of a stack (default: the account's token)
  --stack STACK           the stack (default: the one that is selected in this folder)
  --timeout SECONDS       give up after this time (default 300); with --web, hide an instance's code after it
  --web                   serve the page, on this machine alone (127.0.0.1), under a link that works once
  --keep                  with --web: go on when all instances are connected
  --json                  for scripts: one JSON object per line, whose "event" is "qrCode", "pairingCode" (each with "name"
                          and "renewedAt") or "connected" (with "name" and "numberJid"); with --web also "page" (with
                          "url") and "failed" (with "name" and "message")

The exit status is 0 once the instance is connected, 1 if it could not be (standard error says why), 2 for wrong
arguments, 130 after Ctrl-C.`;

const DEFAULT_TIMEOUT_SECONDS = 300;

export async function connectCommand(args: readonly string[]): Promise<void> {
  const { names, options } = parse(args);
  if (options.help === true) {
    console.log(HELP);
    return;
  }
  const seconds = secondsIn(options.timeout);
  const isJson = options.json === true;
  if (options.web === true) {
    for (const option of ["number", "token-output"] as const)
      if (options[option] !== undefined) throw new UsageError(`--${option} does not go with --web`, HELP);
    await pairInBrowser({ names, stack: options.stack, seconds, isJson, isKept: options.keep === true });
    return;
  }
  if (options.keep === true) throw new UsageError("--keep goes with --web", HELP);
  const [name, ...others] = names;
  if (name === undefined || name === "") throw new UsageError("the name of the instance is missing", HELP);
  if (others.length > 0) throw new UsageError("connect takes the name of one instance, or --web", HELP);
  await pairInTerminal(name, {
    ...{ number: numberIn(options.number), stack: options.stack, seconds, isJson },
    output: options["token-output"],
  });
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
        web: { type: "boolean" },
        keep: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return { names: positionals, options: values };
  } catch (error) {
    throw new UsageError(asError(error).message, HELP);
  }
}

function numberIn(option: string | undefined): string | undefined {
  if (option === undefined) return undefined;
  const digits = digitsOf(option);
  if (digits !== undefined) return digits;
  throw new UsageError("--number takes digits, country code first, such as 5511999999999", HELP);
}

function secondsIn(timeout: string | undefined): number {
  if (timeout === undefined) return DEFAULT_TIMEOUT_SECONDS;
  const seconds = Number(timeout);
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new UsageError("--timeout takes a number of seconds, up to 86400", HELP);
}

interface TerminalOptions {
  readonly number: string | undefined;
  /** The stack output that holds the instance's token. */
  readonly output: string | undefined;
  readonly stack: string | undefined;
  readonly seconds: number;
  readonly isJson: boolean;
}

async function pairInTerminal(
  name: string,
  { number, output, stack, seconds, isJson }: TerminalOptions,
): Promise<void> {
  showProgress(`Asking RyzeAPI for "${cleanMessage(name, [])}"…`);
  const token = output === undefined ? undefined : await tokenFromOutput(output, stack);
  const account = await accountClient(stack, token);
  const screen = await screenFor(name, isJson);
  const pairing = statusOf(account, name).then((known) =>
    pair(account, { name, number }, known, lookingAt(account, name), (code, renewedAt) => {
      if ("qrPicture" in code) throw pictureOnly(name);
      endProgress();
      screen.show(code, renewedAt);
    }),
  );
  try {
    const { numberJid } = await Promise.race([pairing, givenUp(name, seconds)]);
    screen.close?.();
    endProgress();
    screen.connected(numberJid);
  } catch (error) {
    throw output !== undefined && isRefusal(error) ? refused(output, error) : error;
  } finally {
    screen.close?.();
  }
}

async function givenUp(name: string, seconds: number): Promise<never> {
  await sleep(seconds * 1_000, undefined, { ref: false });
  throw timedOut(name, seconds);
}

function pictureOnly(name: string): Error {
  return new Error(
    `RyzeAPI sent the QR code of "${name}" as a picture alone, which a terminal cannot show. Run \`npx ryzeapi connect\` with ` +
      "`--web`, which shows it in the browser, or with `--number DIGITS`, the number of the phone: it shows a code to type in",
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
