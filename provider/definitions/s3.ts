import { anyText, httpUrl, text } from "./kinds.ts";

/** Storage of media in a bucket. */
export const s3Fields = {
  /**
   * Region of the bucket, such as `us-east-1`; not empty.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  region: text().required(),
  /**
   * Name of a bucket that exists, not empty; RyzeAPI creates none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  bucket: text().required(),
  /**
   * Access key that may write to the bucket; not empty.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  accessKey: text().required().mayBeHidden(),
  /**
   * Secret of the access key; not empty. Kept as a secret; RyzeAPI never returns it, so it is compared with what was
   * sent last.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  secretKey: text().required().secret().neverReturned(),
  /**
   * URL of an S3-compatible service, absolute, `http://` or `https://`; empty for AWS.
   *
   * Default: AWS.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  endpoint: httpUrl({ emptyAllowed: true }),
  /**
   * Prefix of every object's key, such as `media/`.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/s3-update
   */
  pathPrefix: anyText(),
};
