// Two accounts, an instance with blocks, one more webhook and a look-up, with the generated SDK for Node.js.
// Run as `node program.mjs up|destroy`, it carries the operation out and prints outputs and warnings as JSON.
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import * as ryzeapi from "@your.account/ryzeapi";

async function declare() {
  const config = new pulumi.Config();
  const orion = new ryzeapi.Instance("orion", {
    webhook: {
      url: "https://app.example.com/whatsapp",
      authorization: config.requireSecret("webhookAuthorization"),
      events: [ryzeapi.Event.MessageExchange, ryzeapi.Event.CallUpdate],
    },
    chatwoot: {
      baseUrl: config.require("chatwootUrl"),
      accountId: 1,
      apiToken: config.requireSecret("chatwootToken"),
    },
    settings: { autoRejectCalls: true, callRejectMessage: "Please write to us." },
  });
  new ryzeapi.Webhook("audit", {
    instance: orion.name,
    token: orion.token.apply((token) => token ?? ""),
    url: "https://audit.example.com",
    authorization: config.requireSecret("webhookAuthorization"),
  });

  const secondAccount = new ryzeapi.Provider("second-account", {
    token: config.requireSecret("secondAccountToken"),
    endpoint: config.require("endpoint"),
  });
  const vega = new ryzeapi.Instance("vega", {}, { provider: secondAccount });

  const found = ryzeapi.getInstanceOutput({ name: orion.name });
  return {
    token: orion.token,
    chatwoot: orion.observed.apply((observed) => observed.chatwoot?.status),
    rejectsCalls: orion.settings.apply((settings) => settings?.autoRejectCalls),
    foundStatus: found.status,
    secondStatus: vega.status,
  };
}

/** @type {{ urn: string | undefined, message: string }[]} */
const warnings = [];
const stack = await LocalWorkspace.createOrSelectStack(
  { stackName: "test", projectName: "languages", program: declare },
  { workDir: "." },
);
/** @param {import("@pulumi/pulumi/automation/index.js").EngineEvent} event */
const onEvent = ({ diagnosticEvent: shown }) => {
  if (shown?.severity === "warning") warnings.push({ urn: shown.urn, message: shown.message });
};
const options = { onError: console.error, onEvent, color: /** @type {const} */ ("never") };
if (process.argv[2] === "destroy") {
  await stack.destroy(options);
} else {
  const { outputs } = await stack.up(options);
  console.log(JSON.stringify({ outputs, warnings }));
}
