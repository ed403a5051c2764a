import { parseArgs } from "node:util";
import { asError } from "../provider/ryzeapi/errors.ts";
import { chosenAccount } from "./account.ts";
import type { Finding, Result } from "./doctor/finding.ts";
import { machineFindings } from "./doctor/machine.ts";
import { projectFindings } from "./doctor/project.ts";
import { serviceFindings } from "./doctor/service.ts";
import { endProgress, showProgress } from "./progress.ts";
import { styled, type Style } from "./style.ts";
import { UsageError } from "./usage.ts";

const HELP = `Usage: ryzeapi doctor [--stack STACK] [--json]

Looks for what is in the way of a deployment: Node.js, the Pulumi CLI and SDK, the stack and its configuration, the
connection to RyzeAPI, the token, its limits, and the bridge to Chatwoot. Each problem says what to do. Three requests
are sent, all of them reads.

  --stack STACK   the stack to look at (default: the one that is selected in this folder)
  --json          for scripts: one JSON array of "check", "result" (ok, note, problem or open), "found" and "todo"

The exit status is 1 where there is a problem, and 0 where there is none.`;

export async function doctorCommand(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options.help === true) {
    console.log(HELP);
    return;
  }
  showProgress("Looking around…");
  const [machine, project, service] = await Promise.all([
    machineFindings(),
    projectFindings(options.stack),
    chosenAccount(options.stack).catch(asError).then(serviceFindings),
  ]);
  const findings = [...machine, ...project, ...service];
  endProgress();
  if (options.json === true) console.log(JSON.stringify(findings, null, 2));
  else console.log(findings.flatMap(linesOf).join("\n"));
  if (findings.some(({ result }) => result === "problem")) process.exitCode = 1;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stack: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(asError(error).message, HELP);
  }
}

const MARKS: Readonly<Record<Result, readonly [mark: string, style: Style]>> = {
  ok: ["✓", "green"],
  note: ["!", "yellow"],
  problem: ["✗", "red"],
  open: ["?", "dim"],
};

const CHECK_WIDTH = "configuration".length;

function linesOf({ check, result, found, todo }: Finding): string[] {
  const [mark, style] = MARKS[result];
  const line = `${styled(style, mark)} ${check.padEnd(CHECK_WIDTH)}  ${found}`;
  return todo === undefined ? [line] : [line, `${" ".repeat(CHECK_WIDTH + 4)}${todo}`];
}
