import * as z from "zod";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { blockOf } from "./block.ts";
import { observedOr, recordOf } from "./records.ts";

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
  answer: z.looseObject({ s3: recordOf(BLOCK_FIELDS.s3).nullable() }),
});

/** Storage of media in a bucket that exists [docs: /en/api/instance/s3-update]. */
export const s3 = blockOf("s3", BLOCK_FIELDS.s3, {
  async read(instance) {
    return s3.observe((await instance.call(getS3)).s3) ?? { enabled: false };
  },

  async apply(instance, { declared }) {
    const answer = await instance.call(setS3, s3.requestOf(declared));
    return observedOr(s3.observe(answer.s3), s3.acceptedOf(declared));
  },

  async withdraw(instance) {
    await instance.call(setS3, { enabled: false });
    return { enabled: false };
  },
});
