// Prints the commands that hand instances over to the stacks that split.ts has them in now.
import { execFileSync } from "node:child_process";

import { fleet, stackOf } from "./split.ts";

const TYPE = "pulumi-nodejs:dynamic/ryzeapi:RyzeInstance";

interface Deployment {
  readonly deployment: { readonly resources?: readonly { readonly urn: string; readonly type: string }[] };
}

const declared = new Set(fleet().map(({ name }) => name));
const existing = (pulumi("stack", "ls", "--json") as { name: string }[])
  .map(({ name }) => name)
  .filter((name) => /^part-\d+$/.test(name));

for (const source of existing) {
  const moves = new Map<string, string[]>();
  for (const urn of instancesOf(source)) {
    const name = urn.slice(urn.lastIndexOf("::") + 2);
    // What is no longer in the file is deleted by the stack that has it.
    const target = declared.has(name) ? stackOf(name) : source;
    if (target !== source) moves.set(target, [...(moves.get(target) ?? []), urn]);
  }
  for (const [target, urns] of moves) {
    if (!existing.includes(target))
      throw new Error(`There is no stack ${target} yet: make it, as README.md says.`);
    const quoted = urns.map((urn) => `'${urn}'`).join(" ");
    console.log(`pulumi state move --yes --source ${source} --dest ${target} ${quoted}`);
  }
}

function instancesOf(stack: string): string[] {
  const { deployment } = pulumi("stack", "export", "--stack", stack) as Deployment;
  return (deployment.resources ?? []).filter(({ type }) => type === TYPE).map(({ urn }) => urn);
}

function pulumi(...command: string[]): unknown {
  const options = { encoding: "utf8", maxBuffer: 512 * 1024 * 1024 } as const;
  return JSON.parse(execFileSync("pulumi", command, options));
}
