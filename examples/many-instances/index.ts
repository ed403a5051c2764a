import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import { Customer, type CustomerEntry } from "./customer";

const fleet = parse(readFileSync("fleet.yaml", "utf8")) as Record<string, CustomerEntry>;

// One object with a secret per customer.
const authorizations = new pulumi.Config().requireSecretObject<Partial<Record<string, string>>>(
  "webhookAuthorization",
);

const customers = Object.entries(fleet).map(([name, entry]) => {
  const authorization = authorizations.apply((secrets) => {
    const secret = secrets[name];
    if (secret === undefined) throw new Error(`Set webhookAuthorization.${name}, as README.md says.`);
    return secret;
  });
  return [name, new Customer(name, entry, authorization)] as const;
});

export const tokens = Object.fromEntries(customers.map(([name, customer]) => [name, customer.tokens]));
