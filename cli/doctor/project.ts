import { asError } from "../../provider/ryzeapi/errors.ts";
import { configurationOf, stackName } from "../stack.ts";
import type { Finding } from "./finding.ts";

/** The stack, and what its configuration says of the account. */
export async function projectFindings(stack: string | undefined): Promise<Finding[]> {
  const fromEnvironment = process.env["RYZEAPI_TOKEN"]?.trim() ? process.env["RYZEAPI_TOKEN"] : undefined;
  try {
    const name = await stackName(stack);
    return [
      { check: "stack", result: "ok", found: name },
      await configurationFinding(name, stack, fromEnvironment),
    ];
  } catch (error) {
    const todo =
      "Run this in the folder of Pulumi.yaml, after `pulumi stack select`, or name one with --stack";
    const result = fromEnvironment === undefined || stack !== undefined ? "problem" : "note";
    return [
      { check: "stack", result, found: asError(error).message, todo },
      fromEnvironment === undefined
        ? { check: "configuration", result: "open", found: "there is no stack, and RYZEAPI_TOKEN is not set" }
        : { check: "configuration", result: "ok", found: "the token of RYZEAPI_TOKEN" },
    ];
  }
}

async function configurationFinding(
  name: string,
  stack: string | undefined,
  fromEnvironment: string | undefined,
): Promise<Finding> {
  const check = "configuration";
  const values = await configurationOf(stack);
  const { value, secret } = values["ryzeapi:token"] ?? {};
  if (value === undefined) {
    return fromEnvironment === undefined
      ? {
          ...{
            check,
            result: "problem",
            found: `${name} has no ryzeapi:token, and RYZEAPI_TOKEN is not set`,
          },
          todo: "Run `pulumi config set --secret ryzeapi:token`, which asks for the account's token",
        }
      : { check, result: "ok", found: "the token of RYZEAPI_TOKEN" };
  }
  if (secret !== true) {
    return {
      ...{ check, result: "problem", found: "ryzeapi:token stands in clear in the stack's file" },
      todo: "Run `pulumi config set --secret ryzeapi:token`, and renew the token if the file was ever shared",
    };
  }
  if (fromEnvironment !== undefined && fromEnvironment !== value) {
    return {
      ...{ check, result: "note", found: "RYZEAPI_TOKEN is another token than ryzeapi:token of the stack" },
      todo: "`pulumi up` takes the stack's, the commands of ryzeapi take RYZEAPI_TOKEN. Unset one, unless you mean it",
    };
  }
  return { check, result: "ok", found: `ryzeapi:token of ${name}, encrypted` };
}
