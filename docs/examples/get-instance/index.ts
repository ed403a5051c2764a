import * as ryzeapi from "@your.account/ryzeapi";

const orion = ryzeapi.getInstanceOutput({ name: "orion" });

export const status = orion.status;
