import * as pulumi from "@pulumi/pulumi";
import { RyzeInstance } from "pulumi-ryzeapi";

const config = new pulumi.Config();

// In the account of the stack's configuration, `ryzeapi:token`.
const headquarters = new RyzeInstance("headquarters", { name: "support" });

// In accounts of their own. A name is unique within its account only.
const branches = ["brazil", "spain"].map((country) => {
  const account = { token: config.requireSecret(`${country}Token`) };
  const support = new RyzeInstance(`${country}-support`, { name: "support", account });
  return [country, support.token] as const;
});

export const tokens = { headquarters: headquarters.token, ...Object.fromEntries(branches) };
