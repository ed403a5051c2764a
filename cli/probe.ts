import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Account } from "../provider/ryzeapi/account.ts";
import { asError } from "../provider/ryzeapi/errors.ts";
import { chosenAccount } from "./account.ts";
import { interruptible } from "./interruption.ts";
import type { ChatwootAccess } from "./probe/chatwoot-inboxes.ts";
import type { Left } from "./probe/clean-up.ts";
import { ledgerFolder } from "./probe/ledger.ts";
import { markdownOf } from "./probe/markdown.ts";
import { CLOCK } from "./probe/pace.ts";
import { reportOf, shortly, type Report, type ReportedFinding } from "./probe/report.ts";
import { probe } from "./probe/run.ts";
import { sweep } from "./probe/sweep.ts";
import { notice } from "./progress.ts";
import { askSecret, InterruptedError } from "./prompt.ts";
import { styled } from "./style.ts";
import { table, type Cell } from "./table.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi probe [--write [--chatwoot URL] [--quota]] [--report FILE] [--stack STACK]
       ryzeapi probe --sweep [--chatwoot URL] [--stack STACK]

Finds out how RyzeAPI answers where its documentation leaves it open, and writes a report without any secret, number,
name or address of the account. Each step says what it will send before it does. Without --write nothing is changed.

  --write                   also ask what takes instances: up to six are created, named ryze-probe-…, and deleted in
                            the end, also after Ctrl-C; no phone is paired
  --chatwoot URL            with --write: also ask what takes a Chatwoot, with this one
  --chatwoot-account ID     the account there (default 1)
  --chatwoot-token TOKEN    its API token (default: CHATWOOT_TOKEN, else it is asked for)
  --quota                   with --write: also ask what takes a full account, which has room for one or two instances
  --report FILE             the report, and beside it the same as Markdown (default ryzeapi-probe.json)
  --sweep                   delete what a killed probe has left: what its ledger names, and nothing else
  --ledger FOLDER           where the names of what is created are kept (default: pulumi-ryzeapi/probe in
                            XDG_STATE_HOME or ~/.local/state)
  --stack STACK             the stack whose configuration names the account where RYZEAPI_TOKEN is not set

The exit status is 0 once everything was asked, 1 if it was not or something is left, 130 after Ctrl-C.`;

export async function probeCommand(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options.help === true) {
    console.log(HELP);
    return;
  }
  const account = await chosenAccount(options.stack);
  const chatwoot = await chatwootAccess(options);
  const ledgers = options.ledger ?? ledgerFolder(process.env);
  if (options.sweep === true) {
    await sweepUp(account, ledgers, chatwoot);
    return;
  }
  const { write = false, quota = false } = options;
  const surroundings = { clock: CLOCK, notice, signal: interruptible() };
  const outcome = await probe({ account, write, chatwoot, quota, ledgers }, surroundings);
  tellLeft(outcome.left, outcome.leftOpen);
  const isReportable = outcome.evidence.readOnly.listed !== undefined;
  if (outcome.endedBy instanceof InterruptedError || (outcome.endedBy && !isReportable)) {
    throw outcome.endedBy;
  }

  const report = reportOf(outcome, account);
  console.log(`${serviceLine(report)}\n\n${await readingsText(report)}`);
  await writeReport(options.report, report);
  if (outcome.endedBy) {
    notice(`The probe ended early: ${outcome.endedBy.message}. The report has what was found out so far.`);
  }
  if (outcome.endedBy || isAnythingLeft(outcome.left) || outcome.leftOpen) process.exitCode = 1;
}

function parse(args: readonly string[]) {
  const options = parsed(args);
  const { write = false, sweep: sweeps = false, quota = false, chatwoot } = options;
  if (sweeps && (write || quota))
    throw new UsageError("--sweep asks nothing: leave out --write and --quota", HELP);
  if (quota && !write) throw new UsageError("--quota needs --write", HELP);
  if (chatwoot !== undefined && !write && !sweeps) throw new UsageError("--chatwoot needs --write", HELP);
  if (!options.report.endsWith(".json")) {
    throw new UsageError("--report takes the name of a file that ends with .json", HELP);
  }
  return options;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        write: { type: "boolean" },
        chatwoot: { type: "string" },
        "chatwoot-account": { type: "string", default: "1" },
        "chatwoot-token": { type: "string" },
        quota: { type: "boolean" },
        report: { type: "string", default: "ryzeapi-probe.json" },
        sweep: { type: "boolean" },
        ledger: { type: "string" },
        stack: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(asError(error).message, HELP);
  }
}

async function chatwootAccess(options: ReturnType<typeof parse>): Promise<ChatwootAccess | undefined> {
  if (options.chatwoot === undefined) return undefined;
  const url = URL.parse(options.chatwoot);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError("--chatwoot takes an http:// or https:// URL", HELP);
  }
  const accountId = Number(options["chatwoot-account"]);
  if (!Number.isInteger(accountId) || accountId < 1) {
    throw new UsageError("--chatwoot-account takes a whole number above 0", HELP);
  }
  const token = options["chatwoot-token"] ?? process.env["CHATWOOT_TOKEN"] ?? (await askedToken());
  return { url: options.chatwoot.replace(/\/+$/, ""), accountId, token };
}

async function askedToken(): Promise<string> {
  if (process.stdin.isTTY) return await askSecret("API token of Chatwoot: ");
  throw new UsageError("--chatwoot needs a token: --chatwoot-token or CHATWOOT_TOKEN", HELP);
}

async function sweepUp(
  account: Account,
  ledgers: string,
  chatwoot: ChatwootAccess | undefined,
): Promise<void> {
  const { signal } = new AbortController();
  const { runs, left, others } = await sweep(account, ledgers, chatwoot, { clock: CLOCK, notice, signal });
  if (others > 0) {
    notice(
      `Left alone: what ${others} run(s) of other accounts, tokens or endpoints have left in ${ledgers}.`,
    );
  }
  tellLeft(left, false);
  if (isAnythingLeft(left)) process.exitCode = 1;
  else console.log(runs === 0 ? "Nothing is left of any probe." : `Swept up what ${runs} run(s) have left.`);
}

function isAnythingLeft({ instances, inboxes }: Left): boolean {
  return instances.length + inboxes.length > 0;
}

function tellLeft({ instances, inboxes }: Left, leftOpen: boolean): void {
  if (instances.length > 0) {
    notice(`These instances may be left: ${instances.join(", ")}. Run \`npx ryzeapi probe --sweep\`.`);
  }
  if (inboxes.length > 0) {
    notice(
      `These inboxes may be left in Chatwoot: ${inboxes.join(", ")}. Delete them there, or run ` +
        "`npx ryzeapi probe --sweep --chatwoot URL` where Chatwoot can be reached.",
    );
  }
  if (leftOpen && instances.length === 0) {
    notice(
      "A creation stayed without an answer, and may still be carried out. Run `npx ryzeapi probe --sweep` in a minute.",
    );
  }
}

function serviceLine({ service: { isRyzeApi, clockAheadSeconds, limit } }: Report): string {
  return [
    isRyzeApi ? "It is RyzeAPI" : "It does not say that it is RyzeAPI",
    "the token is the account's",
    `its clock is ${clockAheadSeconds} s ahead`,
    limit === null ? "it tells no limit." : `${limit.remaining} of ${limit.limit} calls are left.`,
  ].join("; ");
}

const HEADER: readonly Cell[] = ["READING", "ANSWER"].map((text) => ({ text, shown: styled("bold", text) }));

/** What was found out, and below it what was not, by the reason. */
async function readingsText({ readings }: Report): Promise<string> {
  const findings = Object.entries(readings);
  const found = findings.filter(([, finding]) => !("notObservable" in finding));
  const rows = found.map(([key, finding]) => [{ text: key, shown: key }, answerCell(finding)]);
  const reasons = Map.groupBy(findings, ([, finding]) =>
    "notObservable" in finding ? finding.notObservable : undefined,
  );
  const unseen = [...reasons].flatMap(([reason, keys]) =>
    reason === undefined ? [] : [`  ${reason}: ${keys.map(([key]) => key).join(", ")}`],
  );
  return [...(await table(HEADER, rows)), "", "Not observable:", ...unseen].join("\n");
}

function answerCell(finding: ReportedFinding): Cell {
  const text = shortly(finding);
  if ("reading" in finding) return { text, shown: styled("green", text) };
  return { text, shown: styled("red", text) };
}

async function writeReport(file: string, report: Report): Promise<void> {
  const markdown = file.replace(/\.json$/, ".md");
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(markdown, `${markdownOf(report)}\n`);
  notice(`Wrote ${file} and ${markdown}.`);
}
