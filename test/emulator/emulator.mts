import type { AddressInfo } from "node:net";
import { accountOf, accountsOf, renewToken } from "./accounts.mts";
import { serveControl } from "./control.mts";
import type { Service } from "./endpoint.mts";
import { Faults, type FaultRule } from "./faults.mts";
import { Landings } from "./landings.mts";
import type { Instance } from "./model.mts";
import { patchInstance, viewInstance, type InstancePatch, type InstanceView } from "./patch.mts";
import { usualReadings } from "./probe-report.mts";
import { RateLimiter, type Limits } from "./rate-limit.mts";
import { parseReadings, type Readings } from "./readings.mts";
import { RequestLog, type RecordedRequest } from "./requests.mts";
import { createServer, serveApi } from "./server.mts";
import { Store } from "./store.mts";

export type { FaultRule, InstancePatch, InstanceView, Readings, RecordedRequest };

export interface EmulatorOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** Default: "acc_demo". */
  accountToken?: string;
  /** Several accounts, instead of accountToken. */
  accounts?: { token: string; quota?: number }[];
  /** SQLite file that survives restarts; default: in memory. */
  db?: string;
  /** Instances per account; default: unlimited. */
  quota?: number;
  /** Length of a rate-limit window; default: 60. */
  windowSeconds?: number;
  /** Requests per window and token; default: 20 creates, 100 others. false: no limits. */
  limits?: Partial<Limits> | false;
  /** Default: those of the report that RYZEAPI_READINGS names, else the first of each. */
  readings?: Partial<Readings>;
  /** Added to every request. */
  latencyMs?: number;
}

export interface Emulator {
  readonly url: string;
  /** The first account's present one. */
  readonly accountToken: string;
  /** Can be changed at run time, one by one or as a whole. */
  readings: Readings;
  requests(): RecordedRequest[];
  clearRequests(): void;
  fault(rule: FaultRule): void;
  clearFaults(): void;
  /** Changes an instance behind RyzeAPI's back. Without accountToken: of the first account that has one of this name. */
  patchInstance(name: string, patch: InstancePatch, accountToken?: string): void;
  instance(name: string, accountToken?: string): InstanceView | undefined;
  instanceNames(accountToken?: string): string[];
  /** Makes an instance one that is paired and connected. */
  pair(name: string, numberJid?: string, accountToken?: string): void;
  /** The old token is invalid from now on; instances, their own tokens and the quota stay. */
  renewAccountToken(oldToken: string, newToken: string): void;
  /** Back to the state after the start: no instances, requests, faults; fresh limits; the first tokens and readings. */
  reset(): void;
  close(): Promise<void>;
}

const documentedLimits: Limits = { create: 20, global: 100 };
const unlimited: Limits = { create: 1_000_000_000, global: 1_000_000_000 };

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const accounts = accountsOf(options);
  const firstReadings: Readings = { ...usualReadings(), ...parseReadings(options.readings ?? {}) };
  const readings = { ...firstReadings };
  const closing = new AbortController();
  const store = new Store(options.db);
  const faults = new Faults();
  const landings = new Landings();
  const log = new RequestLog();
  const limits = options.limits === false ? unlimited : { ...documentedLimits, ...options.limits };
  const limiter = new RateLimiter(limits, (options.windowSeconds ?? 60) * 1000, readings);
  const service: Service = { store, readings, faults, closing: closing.signal };

  const find = (name: string, accountToken?: string): Instance | undefined => {
    const searched = accountToken === undefined ? accounts : [accountOf(accounts, accountToken)];
    return searched.flatMap((account) => store.find(account.digest, name) ?? [])[0];
  };

  const app = createServer();
  let url = "";
  let closed: Promise<void> | undefined;
  /** Connections go first: what is still under way ends as a lost connection, not as an answer. */
  const shutDown = async (): Promise<void> => {
    app.server.closeAllConnections();
    closing.abort();
    await app.close();
    landings.clear();
    store.close();
  };
  const emulator: Emulator = {
    get url() {
      return url;
    },
    get accountToken() {
      return accounts[0]?.token ?? "";
    },
    get readings() {
      return readings;
    },
    set readings(next) {
      Object.assign(readings, next);
    },
    requests: () => log.all(),
    clearRequests: () => {
      log.clear();
    },
    fault: (rule) => {
      faults.add(rule);
    },
    clearFaults: () => {
      faults.clear();
    },
    patchInstance: (name, patch, accountToken) => {
      const instance = find(name, accountToken);
      if (!instance) throw new Error(`There is no instance "${name}" to patch.`);
      patchInstance(store, instance, patch);
    },
    instance: (name, accountToken) => {
      const instance = find(name, accountToken);
      return instance && viewInstance(store, instance);
    },
    instanceNames: (accountToken) => {
      const account = accountToken === undefined ? accounts[0] : accountOf(accounts, accountToken);
      return account ? store.list(account.digest).map((instance) => instance.name) : [];
    },
    pair: (name, numberJid = "5511999999999@s.whatsapp.net", accountToken) => {
      emulator.patchInstance(name, { state: "connected", numberJid }, accountToken);
    },
    renewAccountToken: (oldToken, newToken) => {
      renewToken(accounts, store, oldToken, newToken);
    },
    reset: () => {
      landings.clear();
      store.clear();
      accounts.splice(0, accounts.length, ...accountsOf(options));
      log.clear();
      faults.clear();
      limiter.clear();
      Object.assign(readings, firstReadings);
    },
    close: () => (closed ??= shutDown()),
  };
  await serveApi(app, { service, accounts, limiter, landings, log, latencyMs: options.latencyMs ?? 0 });
  await serveControl(app, emulator, log);
  await app.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  const { port } = app.server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  return emulator;
}
