import * as pulumi from "@pulumi/pulumi";
import { instanceFields } from "../provider/definitions/instance.ts";
import { BLOCK_FIELDS } from "../provider/definitions/index.ts";
import { INSTANCE } from "../provider/definitions/resources.ts";
import { DEFAULTED_KEY, RESOURCE_KEY, RYZE_INSTANCE } from "../provider/faces/dynamic/registration.ts";
import { completedBlocks } from "../provider/lifecycle/observations.ts";
import { SECRET_FIELDS } from "../provider/lifecycle/secret-fields.ts";
import type { RyzeInstanceArgs } from "./arguments.ts";
import type {
  Chatwoot,
  InstanceIdentity,
  ObservedBlocks,
  Proxy,
  S3,
  Settings,
  Webhook,
  Websocket,
} from "./results.ts";
import { completedOutput } from "./observed.ts";
import { optionsWithoutImport } from "./options.ts";
import { resourceNumber } from "./resource-number.ts";
import { unsetOutputs } from "./outputs.ts";
import { secretFields, withSecrets } from "./secrets.ts";

/** Arguments that are secrets anyway, and those that cannot be any. */
const SECRET_OR_NEVER = [
  ...Object.keys(instanceFields),
  "account",
  ...INSTANCE.secrets.map((path) => path.join(".")),
];

/**
 * One WhatsApp instance at RyzeAPI, with its proxy, webhook, WebSocket, Chatwoot bridge, settings and S3 storage.
 *
 * It is created in one call, disconnected; a phone is paired with it afterwards. Only a change of `name` or `token`
 * replaces it, which ends its WhatsApp session: `ryzeapi:protectPaired: true` in the stack's configuration refuses that,
 * and deletions, for as long as a phone is paired.
 *
 * @example
 * ```ts
 * import { RyzeInstance } from "pulumi-ryzeapi";
 *
 * const orion = new RyzeInstance("orion", {
 *   webhook: { url: "https://app.example.com/whatsapp", events: ["message.exchange"] },
 *   settings: { autoRejectCalls: true, callRejectMessage: "Please write to us." },
 * });
 * export const token = orion.token; // a secret
 * ```
 */
export class RyzeInstance extends pulumi.CustomResource {
  /** Name of the instance, in every path of the API. */
  declare readonly name: pulumi.Output<string>;
  /**
   * The instance's own token, declared or generated; a secret. Undefined where RyzeAPI never told it, which a warning
   * says.
   */
  declare readonly token: pulumi.Output<string | undefined>;
  /** The proxy as declared. */
  declare readonly proxy: pulumi.Output<Proxy | undefined>;
  /** The webhook as declared. */
  declare readonly webhook: pulumi.Output<Webhook | undefined>;
  /** The WebSocket as declared. */
  declare readonly websocket: pulumi.Output<Websocket | undefined>;
  /** The Chatwoot bridge as declared; what became of it is `observed.chatwoot`. */
  declare readonly chatwoot: pulumi.Output<Chatwoot | undefined>;
  /** The settings as declared. */
  declare readonly settings: pulumi.Output<Settings | undefined>;
  /** The S3 storage as declared. */
  declare readonly s3: pulumi.Output<S3 | undefined>;
  /** What the provider knows the instance by, beyond its name. */
  declare readonly identity: pulumi.Output<InstanceIdentity>;
  /** What RyzeAPI said of every declared block when it was asked last; without secrets. */
  declare readonly observed: pulumi.Output<ObservedBlocks>;
  /** State of the connection when it was asked last: `connected`, `connecting`, `disconnected` or `loggedout`. */
  declare readonly status: pulumi.Output<string>;
  /** The paired number, such as `5511999999999@s.whatsapp.net`; undefined where none was ever paired. */
  declare readonly numberJid: pulumi.Output<string | undefined>;
  /** What is not as declared, and why; shown as warnings of the resource as well. Empty when all is well. */
  declare readonly warnings: pulumi.Output<string[]>;
  /** Whether `token` was declared; otherwise RyzeAPI generated it. */
  declare readonly tokenDeclared: pulumi.Output<boolean>;

  /**
   * @param name Name of the resource, and of the instance where `args.name` is left out.
   * @param args What is declared of the instance.
   * @param opts Options of the resource; `import` is none of them, `adopt` of the arguments does it.
   */
  constructor(name: string, args: RyzeInstanceArgs = {}, opts?: pulumi.CustomResourceOptions) {
    const secrets = secretFields(args, SECRET_OR_NEVER);
    const inputs: pulumi.Inputs = {
      ...unsetOutputs(INSTANCE),
      ...withSecrets({ ...args, name: args.name ?? name }, INSTANCE.secrets),
      [SECRET_FIELDS]: secrets,
      [DEFAULTED_KEY]: args.name === undefined ? INSTANCE.namedBy : undefined,
      [RESOURCE_KEY]: resourceNumber(),
      __provider: RYZE_INSTANCE.provider,
    };
    super(
      RYZE_INSTANCE.type,
      name,
      inputs,
      pulumi.mergeOptions(optionsWithoutImport(name, opts), { additionalSecretOutputs: ["token"] }),
    );
    const outputs = Object.keys(BLOCK_FIELDS);
    this.observed = completedOutput(this, { outputs, secrets, complete: completedBlocks });
    // A state leaves out what would say nothing.
    this.tokenDeclared = (this.tokenDeclared as pulumi.Output<true | undefined>).apply(Boolean);
    this.warnings = (this.warnings as pulumi.Output<string[] | undefined>).apply((warnings = []) => {
      for (const warning of warnings) void pulumi.log.warn(warning, this);
      return warnings;
    });
  }
}
