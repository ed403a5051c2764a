import * as z from "zod";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { storedBlock } from "./block.ts";
import { recordOf } from "./records.ts";

const getS3 = endpoint({
  method: "GET",
  route: "/api/instance/getS3/:instance",
  idempotent: true,
  answer: z.looseObject({ s3: recordOf(BLOCK_FIELDS.s3).nullable() }),
});

/** Storage of media in a bucket that exists [docs: /en/api/instance/s3-update]. */
export const s3 = storedBlock("s3", BLOCK_FIELDS.s3, {
  route: "/api/instance/s3/:instance",

  async read(instance) {
    return s3.observe((await instance.call(getS3)).s3) ?? { enabled: false };
  },
});
