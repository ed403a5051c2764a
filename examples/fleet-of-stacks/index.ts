import * as pulumi from "@pulumi/pulumi";
import { RyzeInstance } from "pulumi-ryzeapi";

import { fleet, stackOf, stacks } from "./split";

const stack = pulumi.getStack();
// The program would declare nothing, and Pulumi would delete all that the stack has.
if (!stacks.includes(stack))
  throw new Error(`"${stack}" is none of the stacks of split.ts: ${stacks.join(", ")}.`);

const authorization = new pulumi.Config().requireSecret("webhookAuthorization");

for (const { name, team } of fleet().filter((number) => stackOf(number.name) === stack)) {
  new RyzeInstance(
    name,
    { webhook: { url: `https://${team}.example.com/whatsapp`, authorization, events: ["message.exchange"] } },
    { protect: true },
  );
}
