import { confirm, heading, say } from "./narration.mts";
import type { Stage } from "./stage.mts";

const declaredUrl = "https://app.example.com/whatsapp";
const driftedUrl = "https://elsewhere.example.net/hook";

/** The life of a stack, step by step; every step proves what its heading says. */
export async function play(stage: Stage): Promise<void> {
  heading("What you will see");
  say(
    "The program examples/quickstart/index.ts declares two WhatsApp instances: `vega` has only a name, `orion` has",
  );
  say(
    "every block. The real Pulumi CLI deploys it to a RyzeAPI emulator on this machine. Chatwoot is a stand-in that",
  );
  say(
    "refuses the token which the program declares. State, configuration and passphrase are in a temporary folder;",
  );
  say("no account and no login is used.");

  await plan(stage);
  await deployWithWarning(stage);
  await outputs(stage);
  await heal(stage);
  await changeNothing(stage);
  await findDrift(stage);
  await repairDrift(stage);
  await destroy(stage);
}

async function plan(stage: Stage): Promise<void> {
  heading("1. The plan: three resources to create, the stack's own included");
  const shown = await watched(stage, "preview");
  confirm("both instances are to be created", shown.output.includes("3 to create"));
  confirm("a preview sends nothing", shown.requests.length === 0);
}

async function deployWithWarning(stage: Stage): Promise<void> {
  heading("2. Both instances are created; Chatwoot refuses its token, which is a warning and loses nothing");
  const shown = await watched(stage, "up", "--yes", "--skip-preview");
  const isCreated = shown.written.every((route) => route === "POST /api/instance/new");
  confirm("one request created each instance, with all its blocks", isCreated && shown.written.length === 2);
  confirm("the instances exist", stage.ryzeapi.instanceNames().sort().join() === "orion,vega");
  confirm(
    "the warning names the block and the reason",
    /warning: chatwoot is not as declared: .*401/.test(shown.output),
  );
}

async function outputs(stage: Stage): Promise<void> {
  heading("3. The outputs: the tokens that RyzeAPI generated are secret, on the screen and on the disk");
  const { output } = await watched(stage, "stack", "output");
  confirm("tokens are hidden", /orionToken +\[secret\]/.test(output) && /vegaToken +\[secret\]/.test(output));
  const unsafe = await stage.filesWithSecrets();
  confirm(
    `no secret stands in clear in state, configuration or logs${unsafe.map((file) => `: ${file}`).join("")}`,
    unsafe.length === 0,
  );
  confirm("the state of the Chatwoot bridge is readable", /chatwootStatus +error/.test(output));
}

async function heal(stage: Stage): Promise<void> {
  heading("4. Healing: Chatwoot accepts the token from now on, and the same program repairs the bridge");
  stage.admitToChatwoot();
  const shown = await watched(stage, "up", "--yes", "--skip-preview");
  confirm("it took one request", shown.requests.join() === "POST /api/chatwoot/set/:instance");
  confirm(
    "Chatwoot has its inbox",
    stage.chatwoot.inboxes().some(({ name }) => name === "WhatsApp - Orion"),
  );
}

async function changeNothing(stage: Stage): Promise<void> {
  heading("5. Once more: nothing to do, nothing sent");
  const shown = await watched(stage, "up", "--yes", "--skip-preview");
  confirm("everything is unchanged", shown.output.includes("3 unchanged"));
  confirm("RyzeAPI was not even asked", shown.requests.length === 0);
}

async function findDrift(stage: Stage): Promise<void> {
  heading("6. Drift: somebody changes the URL of orion's webhook, and a preview with --refresh finds it");
  stage.ryzeapi.patchInstance("orion", { webhooks: { default: { url: driftedUrl } } });
  const shown = await watched(stage, "preview", "--refresh", "--diff");
  const isFound = shown.output.includes(`~ url: "${driftedUrl}" => "${declaredUrl}"`);
  confirm("the one property that differs is shown, with both values", isFound);
  confirm(
    "it only looked",
    shown.requests.every((route) => route.startsWith("GET ")),
  );
}

async function repairDrift(stage: Stage): Promise<void> {
  heading("7. Repair: the declared URL is put back");
  const shown = await watched(stage, "up", "--refresh", "--yes", "--skip-preview");
  confirm("only the webhook was written", shown.written.join() === "POST /api/events/webhook/:instance");
  confirm("the URL is the declared one", urlOfOrion(stage) === declaredUrl);
}

async function destroy(stage: Stage): Promise<void> {
  heading("8. The end: both instances are deleted");
  await watched(stage, "destroy", "--yes", "--skip-preview");
  confirm("RyzeAPI has no instance left", stage.ryzeapi.instanceNames().length === 0);
}

interface Watched {
  output: string;
  /** Routes of all requests that RyzeAPI received, and of those that change something. */
  requests: string[];
  written: string[];
}

/** Runs the command, and says which requests it made RyzeAPI receive. */
async function watched({ pulumi, ryzeapi }: Stage, ...args: string[]): Promise<Watched> {
  ryzeapi.clearRequests();
  const output = await pulumi.run(...args);
  const requests = ryzeapi.requests().map(({ route }) => route);
  say(`RyzeAPI received: ${summary(requests)}`);
  return { output, requests, written: requests.filter((route) => !route.startsWith("GET ")) };
}

function summary(routes: string[]): string {
  const distinct = [...new Set(routes)].map((route) => {
    const times = routes.filter((other) => other === route).length;
    return times === 1 ? route : `${times} × ${route}`;
  });
  return distinct.join(", ") || "nothing";
}

function urlOfOrion({ ryzeapi }: Stage): string | undefined {
  return ryzeapi.instance("orion")?.webhooks["default"]?.url;
}
