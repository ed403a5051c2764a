import { PolicyPack } from "@pulumi/policy";

import {
  noPlainProxyInProduction,
  pairedInstancesAreProtected,
  s3PrefixPerInstance,
  webhooksAreSafe,
} from "./policies";

new PolicyPack("ryzeapi", {
  enforcementLevel: "mandatory",
  policies: [pairedInstancesAreProtected, webhooksAreSafe, noPlainProxyInProduction, s3PrefixPerInstance],
});
