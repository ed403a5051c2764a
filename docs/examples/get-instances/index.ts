import * as ryzeapi from "@your.account/ryzeapi";

const account = ryzeapi.getInstancesOutput();

export const instances = account.instances;
