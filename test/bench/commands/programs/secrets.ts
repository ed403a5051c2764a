import * as pulumi from "@pulumi/pulumi";
import { fleet } from "./declared";
import { Nothing } from "./nothing";

/** What is secret in the blocks; the engine keeps each of them encrypted. */
const SECRETS = ["password", "authorization", "apiToken", "secretKey"];

function withSecrets(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    SECRETS.includes(name) ? pulumi.secret(member) : withSecrets(member),
  ]);
  return Object.fromEntries(members) as object;
}

for (const declared of fleet<{ readonly name: string }>())
  new Nothing(declared.name, withSecrets(declared) as pulumi.Inputs);
