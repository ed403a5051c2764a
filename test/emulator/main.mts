import { parseArgs } from "node:util";
import { startChatwoot } from "./chatwoot-standin.mts";
import { startEmulator, type EmulatorOptions } from "./emulator.mts";
import { readingsOfReport } from "./probe-report.mts";
import { defaultReadings, parseReadings, readingTable } from "./readings.mts";

const usage = `Usage: npm run emulator -- [options]

A RyzeAPI on this machine, for trying things out and for tests.

  --port N               port on 127.0.0.1 (default: 8787; 0: any free one)
  --account-token TOKEN  token of an account (default: acc_demo); repeat it for several accounts
  --db FILE              keep everything in this SQLite file (its key goes to FILE.key; default: in memory)
  --quota N              instances per account (default: unlimited)
  --chatwoot PORT        a small Chatwoot beside it, whose account 1 accepts the API token cw_demo
  --window SECONDS       length of a rate-limit window (default: 60)
  --reading KEY=VALUE    answer what the documentation leaves open in this way; may be repeated
  --readings FILE        answer as the service did of which this is a report of \`ryzeapi probe\`
  --help                 this text

Readings, each with its default first:
${Object.entries(readingTable)
  .map(([key, { values, meaning }]) => `  ${key}=${values.join("|")}\n      ${meaning}`)
  .join("\n")}
`;

class UsageError extends Error {}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(usage);
  else await run(...options);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

async function run(options: EmulatorOptions, chatwootPort: number | undefined): Promise<void> {
  const chatwoot = chatwootPort === undefined ? undefined : await startChatwoot({ port: chatwootPort });
  const emulator = await startEmulator(options).catch(async (error: unknown) => {
    await chatwoot?.close();
    throw error;
  });
  const { url, accountToken } = emulator;
  process.stdout.write(`RyzeAPI emulator: ${url}

  export RYZEAPI_ENDPOINT=${url} RYZEAPI_TOKEN=${accountToken}
  curl -H "token: ${accountToken}" ${url}/api/instance/list
  curl ${url}/__emulator/requests       # what was asked of it

${chatwoot === undefined ? "" : `Chatwoot: ${chatwoot.url}\n`}Faults, readings and out-of-band changes: test/emulator/README.md. Stop it with Ctrl+C.
`);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      void emulator.close();
      void chatwoot?.close();
    });
  }
}

function readOptions(args: string[]): [EmulatorOptions, chatwootPort: number | undefined] | "help" {
  const { values } = parseOptions(args);
  if (values.help) return "help";
  const { chatwoot } = values;
  const options = {
    port: wholeNumber("port", values.port ?? "8787", 65_535),
    accounts: accountTokens(values["account-token"] ?? ["acc_demo"]),
    ...(values.db === undefined ? {} : { db: values.db }),
    ...(values.quota === undefined ? {} : { quota: wholeNumber("quota", values.quota) }),
    ...(values.window === undefined ? {} : { windowSeconds: seconds(values.window) }),
    readings: {
      ...defaultReadings(),
      ...(values.readings === undefined ? {} : readingsOfReport(values.readings)),
      ...parseReadings(Object.fromEntries((values.reading ?? []).map(keyAndValue))),
    },
  };
  return [options, chatwoot === undefined ? undefined : wholeNumber("chatwoot", chatwoot, 65_535)];
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string" },
        "account-token": { type: "string", multiple: true },
        db: { type: "string" },
        quota: { type: "string" },
        chatwoot: { type: "string" },
        window: { type: "string" },
        reading: { type: "string", multiple: true },
        readings: { type: "string" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(option: string, text: string, max = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value <= max) return value;
  throw new UsageError(`--${option} takes a whole number from 0 to ${max}, not "${text}".`);
}

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`--window takes a number of seconds above 0, not "${text}".`);
}

function accountTokens(tokens: string[]): { token: string }[] {
  if (tokens.includes("")) throw new UsageError("--account-token must not be empty.");
  if (new Set(tokens).size < tokens.length)
    throw new UsageError("Every --account-token has to be another one.");
  return tokens.map((token) => ({ token }));
}

function keyAndValue(text: string): [string, string] {
  const [key, value] = text.split("=", 2);
  if (key && value !== undefined) return [key, value];
  throw new UsageError(`--reading takes KEY=VALUE, not "${text}".`);
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nSee npm run emulator -- --help.`;
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "EADDRINUSE") {
    return `${error.message}\nAnother program uses this port: choose one with --port, or --port 0 for any.`;
  }
  return error.message;
}
