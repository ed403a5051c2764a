import type { ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import type { Proxy, S3, Webhook } from "pulumi-ryzeapi";

/** Of the npm package, and of the native plugin. */
const INSTANCES = ["pulumi-nodejs:dynamic/ryzeapi:RyzeInstance", "ryzeapi:index:Instance"];
const WEBHOOKS = ["pulumi-nodejs:dynamic/ryzeapi:RyzeWebhook", "ryzeapi:index:Webhook"];

/** The declared side of an instance, which is known before anything is done. */
interface Instance {
  readonly name: string;
  readonly proxy?: Proxy;
  readonly webhook?: Webhook;
  readonly s3?: S3;
}

/** A stack policy, because only the outputs of an instance tell that a number is paired with it. */
export const pairedInstancesAreProtected: StackValidationPolicy = {
  name: "paired-instances-are-protected",
  description: "An instance that a number is paired with has the option `protect`.",
  validateStack: ({ resources }, reportViolation) => {
    for (const { type, name, urn, props, opts } of resources) {
      if (!INSTANCES.includes(type) || opts.protect) continue;
      const number = pairedNumber(props);
      if (number === undefined) continue;
      reportViolation(`"${name}" is paired with ${number}: set \`{ protect: true }\` on the resource.`, urn);
    }
  },
};

export const webhooksAreSafe: ResourceValidationPolicy = {
  name: "webhooks-are-safe",
  description: "A webhook is an https address, and its receiver can tell RyzeAPI by an authorization.",
  validateResource: ({ type, props }, reportViolation) => {
    const webhook = WEBHOOKS.includes(type) ? (props as Webhook) : instanceIn(type, props)?.webhook;
    if (!webhook?.enabled) return;
    if (!webhook.url?.startsWith("https://")) reportViolation("Its `url` does not start with https://.");
    if (!webhook.authorization) reportViolation("It has no `authorization`.");
  },
};

export const noPlainProxyInProduction: ResourceValidationPolicy = {
  name: "no-plain-proxy-in-production",
  description: "In production an instance reaches its proxy by an accepted protocol.",
  configSchema: {
    properties: {
      stacks: { type: "array", items: { type: "string" }, default: ["production"] },
      protocols: { type: "array", items: { type: "string" }, default: ["https", "socks5"] },
    },
  },
  validateResource: (args, reportViolation) => {
    const { stacks, protocols } = args.getConfig<{ stacks: string[]; protocols: string[] }>();
    const proxy = instanceIn(args.type, args.props)?.proxy;
    if (proxy?.protocol === undefined || !proxy.enabled || !stacks.includes(stackOf(args))) return;
    if (protocols.includes(proxy.protocol)) return;
    reportViolation(`Its proxy is reached by ${proxy.protocol}; accepted are ${protocols.join(" and ")}.`);
  },
};

export const s3PrefixPerInstance: ResourceValidationPolicy = {
  name: "s3-prefix-per-instance",
  description: "Instances that share a bucket do not share a prefix: an S3 prefix holds the instance's name.",
  validateResource: ({ type, props }, reportViolation) => {
    const { name = "", s3 } = instanceIn(type, props) ?? {};
    if (s3 === undefined || !s3.enabled || s3.pathPrefix?.split("/").slice(0, -1).includes(name)) return;
    reportViolation(`Its \`pathPrefix\` has no folder "${name}", as in "${name}/".`);
  },
};

function instanceIn(type: string, props: object): Instance | undefined {
  return INSTANCES.includes(type) ? (props as Instance) : undefined;
}

/** Unknown while a preview plans a change of the instance; `up` checks it then, and every other preview. */
function pairedNumber(outputs: { numberJid?: string }): string | undefined {
  try {
    return outputs.numberJid;
  } catch {
    return undefined;
  }
}

function stackOf({ urn }: ResourceValidationArgs): string {
  return urn.split(/^urn:pulumi:|::/)[1] ?? "";
}
