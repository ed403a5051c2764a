import * as pulumi from "@pulumi/pulumi";
import * as ryzeapi from "@your.account/ryzeapi";

const config = new pulumi.Config();

const other = new ryzeapi.Provider("other", { token: config.requireSecret("otherAccount") });
const support = new ryzeapi.Instance("support", {}, { provider: other });

export const status = support.status;
