import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { fleet } from "./declared";

/** What `pulumi.dynamic.Resource` would make of the plain provider at every run of the program. */
const CODE = readFileSync("plain-provider.js", "utf8");

class PlainInstance extends pulumi.CustomResource {
  constructor(name: string, args: object) {
    const inputs = { token: undefined, status: undefined, ...args, __provider: CODE };
    super("pulumi-nodejs:dynamic:Resource", name, inputs, { additionalSecretOutputs: ["token"] });
  }
}

for (const declared of fleet<{ readonly name: string }>()) new PlainInstance(declared.name, declared);
