import { z } from "zod";
import { ApiError, field, instanceOf, readBody, success, type Endpoint, type Service } from "../endpoint.mts";
import { hidden, type Hiding } from "../hiding.mts";
import type { Instance, S3 } from "../model.mts";
import type { Readings } from "../readings.mts";
import { storedUrl } from "../urls.mts";

const schema = z.object({
  enabled: field.flag,
  region: field.text,
  bucket: field.text,
  accessKey: field.text,
  secretKey: field.text,
  endpoint: field.text,
  pathPrefix: field.text,
});

const off: S3 = {
  enabled: false,
  region: "",
  bucket: "",
  accessKey: "",
  secretKey: "",
  endpoint: "",
  pathPrefix: "",
};

export const s3Endpoints: Endpoint[] = [
  {
    method: "POST",
    path: "/api/instance/s3/:instance",
    auth: "either",
    handler: (call) => {
      const instance = instanceOf(call);
      const s3 = applyS3(call.service, instance, readBody(call, schema));
      return success({ message: "S3 configuration updated", s3: s3View(s3, call.service.readings) });
    },
  },
  {
    method: "GET",
    path: "/api/instance/getS3/:instance",
    auth: "either",
    handler: (call) => {
      const { s3 } = call.service.store.blocks(instanceOf(call));
      const view = s3View(s3, call.service.readings);
      return success({ s3: view && { ...view, secretKey: null } });
    },
  },
];

export function applyS3(service: Service, instance: Instance, body: z.infer<typeof schema>): S3 {
  const { faults, store, readings } = service;
  faults.checkBlock("s3", instance.name);
  const present = store.blocks(instance).s3;
  const isWhole = body.region && body.bucket && body.accessKey && body.secretKey;
  // The credentials went when it was disabled.
  if (body.enabled && present?.enabled === false && !isWhole) {
    throw new ApiError(400, "Every field is required to enable S3 again");
  }
  const before = (readings.partialBlocks === "merged" ? present : undefined) ?? off;
  const s3 = body.enabled
    ? {
        enabled: true,
        region: body.region ?? before.region,
        bucket: body.bucket ?? before.bucket,
        accessKey: body.accessKey ?? before.accessKey,
        secretKey: body.secretKey ?? before.secretKey,
        endpoint: storedUrl(body.endpoint ?? before.endpoint, readings),
        pathPrefix: body.pathPrefix ?? before.pathPrefix,
      }
    : off;
  store.setBlock(instance, "s3", s3);
  return s3;
}

/** The secret key is never shown. */
export function s3View(s3: S3 | undefined, readings: Readings, hiding: Hiding = "clear"): object | null {
  if (!s3 && readings.neverSet === "null") return null;
  if (s3?.enabled) {
    const { enabled, region, bucket, endpoint, pathPrefix } = s3;
    const accessKey = hidden(s3.accessKey, hiding);
    const aws = readings.awsEndpoint === "null" ? null : "";
    return { enabled, region, bucket, accessKey, endpoint: endpoint === "" ? aws : endpoint, pathPrefix };
  }
  const nothing = readings.disabledS3 === "nulls" ? null : "";
  return {
    enabled: false,
    region: nothing,
    bucket: nothing,
    accessKey: nothing,
    endpoint: nothing,
    pathPrefix: nothing,
  };
}
