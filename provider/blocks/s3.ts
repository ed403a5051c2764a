import * as z from "zod";
import { endpoint } from "../ryzeapi/endpoint.ts";
import type { Block } from "./block.ts";
import { anyText, httpUrl, switchable, switchableNames, text } from "./fields.ts";
import { observedOr, readRecord, recordFlag, recordText } from "./records.ts";

type S3 = Readonly<{
  enabled: boolean;
  region?: string;
  bucket?: string;
  accessKey?: string;
  secretKey?: string;
  endpoint?: string;
  pathPrefix?: string;
}>;

const fields = {
  region: text().optional(),
  bucket: text().optional(),
  accessKey: text().optional(),
  secretKey: text().optional(),
  endpoint: httpUrl({ emptyAllowed: true }).optional(),
  pathPrefix: anyText().optional(),
};

const record = z.object({
  enabled: recordFlag,
  region: recordText,
  bucket: recordText,
  accessKey: recordText,
  endpoint: recordText,
  pathPrefix: recordText,
});

const setS3 = endpoint({
  method: "POST",
  route: "/api/instance/s3/:instance",
  idempotent: true,
  answer: z.looseObject({ s3: z.unknown().optional() }),
});

const getS3 = endpoint({
  method: "GET",
  route: "/api/instance/getS3/:instance",
  idempotent: true,
  answer: z.looseObject({ s3: record.nullable() }),
});

/** Storage of media in a bucket that exists [docs: /en/api/instance/s3-update]. */
export const s3: Block<S3> = {
  name: "s3",
  schema: switchable<S3>(fields, ["region", "bucket", "accessKey", "secretKey"]),
  fields: switchableNames(fields),
  secrets: ["secretKey"],
  unreadable: ["secretKey"],
  directives: [],

  createFields: (declared) => ({
    s3Enabled: true,
    s3Region: declared.region,
    s3Bucket: declared.bucket,
    s3AccessKey: declared.accessKey,
    s3SecretKey: declared.secretKey,
    s3Endpoint: declared.endpoint,
    s3PathPrefix: declared.pathPrefix,
  }),

  observe: (value) => readRecord(record, value),

  async read(instance) {
    return s3.observe((await instance.call(getS3)).s3) ?? { enabled: false };
  },

  async apply(instance, { declared }) {
    const { secretKey, ...shown } = declared;
    const answer = await instance.call(setS3, { ...shown, secretKey });
    return observedOr(s3.observe(answer.s3), shown);
  },

  async withdraw(instance) {
    await instance.call(setS3, { enabled: false });
    return { enabled: false };
  },

  isWithdrawn: (_declared, observed) => observed.enabled === false,
};
