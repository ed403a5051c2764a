import * as pulumi from "@pulumi/pulumi";
import { Instance, type types } from "@your.account/ryzeapi";
import { mediaStorage, type MediaStorageArgs } from "./media-storage";

export interface WhatsAppMediaArgs extends MediaStorageArgs {
  /** The inbox that shows the conversations. */
  chatwoot?: types.input.ChatwootArgs;
}

/**
 * An instance whose media are stored in a private bucket of its own. The component's name is the instance's.
 *
 * For programs in every language: the instance is the native plugin's, since a dynamic resource needs a program for
 * Node.js.
 */
export class WhatsAppMedia extends pulumi.ComponentResource {
  /** The instance's token. */
  readonly token: pulumi.Output<string | undefined>;
  /** The bucket's name. */
  readonly bucket: pulumi.Output<string>;
  /** What has become of the bridge to Chatwoot, if there is one. */
  readonly chatwootStatus: pulumi.Output<string | undefined>;

  constructor(name: string, args: WhatsAppMediaArgs, options?: pulumi.ComponentResourceOptions) {
    super("whatsapp-media:index:WhatsAppMedia", name, {}, options);
    const { s3, bucket, policies } = mediaStorage(name, args, this);
    const instance = new Instance(
      name,
      { s3, ...(args.chatwoot && { chatwoot: args.chatwoot }) },
      { parent: this, dependsOn: policies },
    );
    this.token = instance.token;
    this.bucket = bucket;
    this.chatwootStatus = instance.observed.apply((observed) => observed.chatwoot?.status);
    this.registerOutputs({ token: this.token, bucket, chatwootStatus: this.chatwootStatus });
  }
}
