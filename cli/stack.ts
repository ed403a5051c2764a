import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { RYZE_INSTANCE } from "../provider/registration.ts";

const run = promisify(execFile);

/** A deployment of any size, as `pulumi stack export` prints it. */
const LARGEST_OUTPUT_BYTES = 512 * 1024 * 1024;

const exported = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(z.looseObject({ type: z.string(), id: z.string().optional() })).optional(),
  }),
});

/** The names of the instances that a stack manages; without a name, the stack that is selected in this folder. */
export async function managedInstances(stack: string | undefined): Promise<ReadonlySet<string>> {
  const { deployment } = exported.parse(JSON.parse(await pulumi(["stack", "export"], stack)));
  const instances = (deployment.resources ?? []).filter(({ type }) => type === RYZE_INSTANCE.type);
  return new Set(instances.map(({ id }) => id).filter((id) => id !== undefined));
}

/** The value of a stack output that holds an instance's token. */
export async function tokenFromOutput(output: string, stack: string | undefined): Promise<string> {
  const token = (await pulumi(["stack", "output", output, "--show-secrets"], stack)).trim();
  if (token === "") throw new Error(`the stack output "${output}" is empty`);
  return token;
}

async function pulumi(args: readonly string[], stack: string | undefined): Promise<string> {
  try {
    const { stdout } = await run("pulumi", [...args, ...(stack === undefined ? [] : ["--stack", stack])], {
      maxBuffer: LARGEST_OUTPUT_BYTES,
    });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`\`pulumi ${args.join(" ")}\` failed: ${(stderr ?? message).trim()}`, { cause: error });
  }
}
