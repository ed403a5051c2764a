import * as pulumi from "@pulumi/pulumi";
import { RyzeInstance, type ChatwootArgs } from "pulumi-ryzeapi";
import { mediaStorage, type MediaStorageArgs } from "./component/media-storage";

export interface WhatsAppMediaArgs extends MediaStorageArgs {
  /** The inbox that shows the conversations. */
  chatwoot?: ChatwootArgs;
}

/** An instance whose media are stored in a private bucket of its own. The component's name is the instance's. */
export class WhatsAppMedia extends pulumi.ComponentResource {
  readonly instance: RyzeInstance;
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: WhatsAppMediaArgs, options?: pulumi.ComponentResourceOptions) {
    super("example:whatsapp:WhatsAppMedia", name, {}, options);
    const { s3, bucket, policies } = mediaStorage(name, args, this);
    this.bucket = bucket;
    this.instance = new RyzeInstance(
      name,
      { s3, ...(args.chatwoot && { chatwoot: args.chatwoot }) },
      { parent: this, dependsOn: policies },
    );
    this.registerOutputs({ instance: this.instance, bucket });
  }
}
