import * as pulumi from "@pulumi/pulumi";
import { fleet } from "./declared";

/** What an SDK has that is generated from the plugin's schema. */
class Instance extends pulumi.CustomResource {
  constructor(name: string, args: object) {
    const outputs = { token: undefined, identity: undefined, observed: undefined, status: undefined };
    super("ryzeapi:index:Instance", name, { ...outputs, ...args }, { additionalSecretOutputs: ["token"] });
  }
}

for (const declared of fleet<{ readonly name: string }>()) new Instance(declared.name, declared);
