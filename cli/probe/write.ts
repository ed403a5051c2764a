import type { Values } from "../../provider/values.ts";
import type { Asking } from "./asking.ts";
import type { ChatwootAccess } from "./chatwoot-inboxes.ts";
import { createdRecord, quotaRefusal, type Creation, type WriteEvidence } from "./evidence.ts";
import { CREATE, isRefused, itemsOf, LIST, type Exchange } from "../wire/exchange.ts";
import type { Ledger } from "./ledger.ts";
import { formsOf, NUMBER_OF_NOBODY, PREFIX, type OwnValues } from "./own-values.ts";

const MOST_WEBHOOKS_ON = 3;

export interface WriteOptions {
  readonly chatwoot: ChatwootAccess | undefined;
  /** Whether the account is, or will be, full. */
  readonly quota: boolean;
}

/** What takes instances of the probe's own. */
export async function writeStep(
  asking: Asking,
  own: OwnValues,
  ledger: Ledger,
  evidence: WriteEvidence,
  options: WriteOptions,
): Promise<void> {
  const instances = new OwnInstances(asking, own, ledger);
  const { names } = own;
  // What a creation takes from the limits shows between two good answers.
  const lookAtLimits = () => asking.ask({ call: LIST, query: { instanceName: names.none.join(",") } });

  await lookAtLimits();
  evidence.main = await instances.create(names.main, {
    token: own.token,
    webhookEnabled: true,
    webhookURL: own.webhookUrl,
    webhookAuthorization: own.authorization,
    webhookEvents: ["instance.state"],
    ignoreStatus: true,
    ...inlineChatwoot(options.chatwoot, names.inbox),
  });
  await lookAtLimits();
  const main = evidence.main.storedName;
  if (main === undefined) return;
  evidence.sameName = (await instances.create(names.main, {})).answer;
  evidence.sameToken = (await instances.create(names.sameToken, { token: own.token })).answer;

  evidence.bare = await instances.create(names.bare, {
    webhookEnabled: true,
    webhookURL: "no-url",
    websocketEnabled: true,
    websocketEvents: ["probe.unknown"],
    ...inlineChatwoot(options.chatwoot && { ...options.chatwoot, token: "wrong" }, names.secondInbox),
  });
  if (evidence.bare.storedName !== undefined) await askBare(asking, own, evidence, evidence.bare.storedName);

  if (options.quota) {
    evidence.filler = await instances.create(names.spare, {});
    const isFull = quotaRefusal(evidence) !== undefined;
    if (isFull) evidence.sameNameWhenFull = (await instances.create(names.main, {})).answer;
  } else {
    evidence.oddName = await instances.create(names.odd, {});
    await lookAtLimits();
    // Where nothing validates a proxy, a wrong one would only lie there.
    const isValidated = evidence.wrongProxy !== undefined && isRefused(evidence.wrongProxy);
    evidence.spare = await instances.create(names.spare, isValidated ? inline("proxy", WRONG_PROXY) : {});
  }
  const listed = await asking.ask({ call: LIST });
  evidence.all = { listed, ownNames: instances.storedNames };

  await askMain(asking, own, evidence, main);
}

/** The only way in which the probe creates something. */
class OwnInstances {
  readonly storedNames: string[] = [];
  readonly #asking: Asking;
  readonly #own: OwnValues;
  readonly #ledger: Ledger;

  constructor(asking: Asking, own: OwnValues, ledger: Ledger) {
    this.#asking = asking;
    this.#own = own;
    this.#ledger = ledger;
  }

  async create(name: string, blocks: Values): Promise<Creation> {
    this.#ledger.addInstance(name);
    const answer = await this.#asking.ask({ call: CREATE, body: { name, ...blocks } });
    if (isRefused(answer)) return { sentName: name, answer, storedName: undefined };

    const storedName = this.#toldName(answer) ?? (await this.#find(name));
    if (storedName !== undefined && !this.storedNames.includes(storedName)) {
      this.storedNames.push(storedName);
      if (!this.#ledger.holdsInstance(storedName)) this.#ledger.addInstance(storedName);
    }
    return { sentName: name, answer, storedName };
  }

  /** What is told is what will be written to, so that it has to be of this run. */
  #toldName(answer: Exchange): string | undefined {
    const told = createdRecord(answer)?.record["name"];
    return typeof told === "string" && told.startsWith(`${PREFIX}${this.#own.run}-`) ? told : undefined;
  }

  async #find(name: string): Promise<string | undefined> {
    const forms = formsOf(name);
    const instanceName = [...forms, this.#own.names.none[0]].join(",");
    const listed = itemsOf(await this.#asking.ask({ call: LIST, query: { instanceName } }));
    const names = listed.map((item) => item["name"]).filter((each) => typeof each === "string");
    return names.find((each) => forms.includes(each));
  }
}

/** An instance of which nothing was ever set that lasted. */
async function askBare(
  asking: Asking,
  own: OwnValues,
  evidence: WriteEvidence,
  instance: string,
): Promise<void> {
  evidence.bareListed = await asking.ask({ call: LIST, query: { instanceName: instance } });
  evidence.bareProxy = await asking.ask({ call: GET_PROXY, instance });
  evidence.bareS3 = await asking.ask({ call: GET_S3, instance });
  evidence.bareSettings = await asking.ask({ call: "GET /api/instance/getSettings/:instance", instance });

  evidence.wrongProxy = await asking.ask({ call: SET_PROXY, instance, body: WRONG_PROXY });
  if (!isRefused(evidence.wrongProxy)) {
    await asking.ask({ call: SET_PROXY, instance, body: { enabled: false } });
  }
  evidence.wrongUrl = await asking.ask({
    call: SET_WEBHOOK,
    instance,
    body: { label: "probe-wrong", enabled: true, url: "another-that-is-none" },
  });
  evidence.wrongEvent = await asking.ask({
    call: SET_WEBSOCKET,
    instance,
    body: { enabled: true, events: ["probe.unknown"] },
  });
  // A code is shown to nobody, so that no phone is paired.
  evidence.qrCode = await asking.askPatiently({ call: CONNECT, instance });
  evidence.pairingCode = await asking.askPatiently({
    call: CONNECT,
    instance,
    query: { number: NUMBER_OF_NOBODY },
  });
}

/** An instance whose blocks are set, listed, and switched off again. */
async function askMain(
  asking: Asking,
  own: OwnValues,
  evidence: WriteEvidence,
  instance: string,
): Promise<void> {
  evidence.ownToken = await asking.ask({
    call: "GET /api/instance/getSettings/:instance",
    instance,
    token: { kind: "instance", value: own.token },
  });
  evidence.absentWebsocket = await asking.ask({ call: GET_WEBSOCKET, instance });
  await asking.ask({ call: SET_WEBSOCKET, instance, body: { enabled: true, events: [] } });
  evidence.websocketForAllEvents = await asking.ask({ call: GET_WEBSOCKET, instance });

  const proxy = { enabled: true, host: `proxy.${own.nowhere}`, port: "1080", protocol: "http" };
  const credentials = { username: "probe", password: own.proxyPassword };
  evidence.proxySet = await asking.ask({ call: SET_PROXY, instance, body: { ...proxy, ...credentials } });
  const s3 = { enabled: true, region: "us-east-1", bucket: "ryze-probe", endpoint: "", pathPrefix: "" };
  const keys = { accessKey: own.accessKey, secretKey: own.secretKey };
  await asking.ask({ call: SET_S3, instance, body: { ...s3, ...keys } });
  evidence.s3 = await asking.ask({ call: GET_S3, instance });
  evidence.mainListed = await asking.ask({ call: LIST, query: { instanceName: instance } });

  await asking.ask({ call: SET_PROXY, instance, body: { ...proxy, port: "1081" } });
  evidence.proxyAfterPart = await asking.ask({ call: GET_PROXY, instance });
  await asking.ask({ call: SET_PROXY, instance, body: { enabled: false } });
  evidence.proxyWhenOff = await asking.ask({ call: GET_PROXY, instance });
  await asking.ask({ call: SET_S3, instance, body: { enabled: false } });
  evidence.s3WhenOff = await asking.ask({ call: GET_S3, instance });
  await askWebhooks(asking, own, evidence, instance);
}

async function askWebhooks(
  asking: Asking,
  own: OwnValues,
  evidence: WriteEvidence,
  instance: string,
): Promise<void> {
  const set = (label: string, url: string): Promise<Exchange> =>
    asking.ask({ call: SET_WEBHOOK, instance, body: { label, enabled: true, url } });
  const read = (): Promise<Exchange> =>
    asking.ask({ call: "GET /api/events/getWebhook/:instance", instance, query: { label: "default" } });

  evidence.webhook = await read();
  evidence.webhookWithoutAuthorization = await set("probe-2", `https://${own.nowhere}/2`);
  evidence.sameUrl = await set("probe-3", own.webhookUrl);
  let on = isRefused(evidence.sameUrl) ? 2 : 3;
  while (on <= MOST_WEBHOOKS_ON) {
    on += 1;
    evidence.fourthWebhook = await set(`probe-${on + 2}`, `https://${own.nowhere}/${on + 2}`);
    if (isRefused(evidence.fourthWebhook)) break;
  }
  await asking.ask({ call: SET_WEBHOOK, instance, body: { label: "default", enabled: false } });
  evidence.webhookWhenOff = await read();
}

function inlineChatwoot(access: ChatwootAccess | undefined, inboxName: string): Values {
  if (access === undefined) return {};
  return {
    chatwootEnabled: true,
    chatwootBaseUrl: access.url,
    chatwootAccountId: access.accountId,
    chatwootApiToken: access.token,
    chatwootInboxName: inboxName,
  };
}

/** The fields of a block as creations have them. */
function inline(block: string, fields: Values): Values {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      `${block}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  );
}

const WRONG_PROXY = { enabled: true, host: "proxy.ryze-probe.invalid", port: "99999", protocol: "gopher" };

const CONNECT = "GET /api/instance/connect/:instance";
const GET_PROXY = "GET /api/instance/getProxy/:instance";
const SET_PROXY = "POST /api/instance/proxy/:instance";
const GET_S3 = "GET /api/instance/getS3/:instance";
const SET_S3 = "POST /api/instance/s3/:instance";
const GET_WEBSOCKET = "GET /api/events/getWebsocket/:instance";
const SET_WEBSOCKET = "POST /api/events/websocket/:instance";
const SET_WEBHOOK = "POST /api/events/webhook/:instance";
