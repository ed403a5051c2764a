import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { expect } from "vitest";

import type { Values } from "../../provider/values.ts";
import { call, INSTANCE, urnOf, type Plugin } from "./plugin-process.mts";
import { plain, struct } from "./wire.mts";

/** One resource of the plugin, asked as the engine asks; properties as they stand on the wire. */
export class Resource {
  readonly #plugin: Plugin;
  readonly urn: string;

  constructor(plugin: Plugin, name = "orion", type = INSTANCE) {
    this.#plugin = plugin;
    this.urn = urnOf(name, type);
  }

  async check(news: Values, { olds = {}, autonaming }: CheckOptions = {}) {
    const request = new messages.CheckRequest().setUrn(this.urn).setName(this.urn.split("::")[3] ?? "");
    request.setNews(struct(news)).setOlds(struct(olds));
    if (autonaming !== undefined) {
      const options = new messages.CheckRequest.AutonamingOptions();
      options.setMode(messages.CheckRequest.AutonamingOptions.Mode[autonaming.mode]);
      request.setAutonaming(options.setProposedName(autonaming.proposedName));
    }
    const answer = await call<messages.CheckResponse>((done) => this.#plugin.client.check(request, done));
    return { inputs: plain(answer.getInputs()), failures: failuresIn(answer.getFailuresList()) };
  }

  /** Inputs as `check` gives them; fails where it refuses. */
  async inputs(news: Values): Promise<Values> {
    const { inputs, failures } = await this.check(news);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return inputs;
  }

  async diff(olds: Values, oldInputs: Values, news: Values) {
    const request = new messages.DiffRequest().setUrn(this.urn).setId("orion");
    request.setOlds(struct(olds)).setOldInputs(struct(oldInputs)).setNews(struct(news));
    const answer = await call<messages.DiffResponse>((done) => this.#plugin.client.diff(request, done));
    const { DIFF_NONE } = messages.DiffResponse.DiffChanges;
    return {
      changes: answer.getChanges() !== DIFF_NONE,
      replaces: answer.getReplacesList(),
      deleteBeforeReplace: answer.getDeletebeforereplace(),
      detailed: detailedIn(answer),
    };
  }

  async create(inputs: Values, { preview = false, timeout = 0 } = {}) {
    const request = new messages.CreateRequest().setUrn(this.urn).setPreview(preview).setTimeout(timeout);
    request.setProperties(struct(inputs));
    const answer = await call<messages.CreateResponse>((done) => this.#plugin.client.create(request, done));
    return { id: answer.getId(), state: plain(answer.getProperties()) };
  }

  async read(id: string, state: Values = {}, inputs: Values = {}, timeout = 0) {
    const request = new messages.ReadRequest().setUrn(this.urn).setId(id).setTimeout(timeout);
    request.setProperties(struct(state)).setInputs(struct(inputs));
    const answer = await call<messages.ReadResponse>((done) => this.#plugin.client.read(request, done));
    return {
      id: answer.getId(),
      state: plain(answer.getProperties()),
      inputs: plain(answer.getInputs()),
    };
  }

  async update(olds: Values, news: Values, { preview = false, oldInputs = olds, timeout = 0 } = {}) {
    const request = new messages.UpdateRequest().setUrn(this.urn).setId("orion").setPreview(preview);
    request.setTimeout(timeout);
    request.setOlds(struct(olds)).setOldInputs(struct(oldInputs)).setNews(struct(news));
    const answer = await call<messages.UpdateResponse>((done) => this.#plugin.client.update(request, done));
    return plain(answer.getProperties());
  }

  async delete(id: string, state: Values, timeout = 0): Promise<void> {
    const request = new messages.DeleteRequest().setUrn(this.urn).setId(id).setProperties(struct(state));
    request.setTimeout(timeout);
    await call((done) => this.#plugin.client.delete(request, done));
  }
}

interface CheckOptions {
  readonly olds?: Values;
  readonly autonaming?: {
    readonly mode: keyof typeof messages.CheckRequest.AutonamingOptions.Mode;
    readonly proposedName: string;
  };
}

/** A failure about what stands at a path. It names no property: the engine would show its value in clear. */
export function about(path: string): unknown {
  const begins = new RegExp(`^${path.replaceAll(/[.[\]]/g, "\\$&")} `);
  return { property: "", reason: expect.stringMatching(begins) as string };
}

export function failuresIn(failures: readonly messages.CheckFailure[]) {
  return failures.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

/** The detailed diff as `path: KIND`, with `(output)` where the former value is an output. */
function detailedIn(answer: messages.DiffResponse): Record<string, string> {
  const names = Object.entries(messages.PropertyDiff.Kind);
  const detailed: Record<string, string> = {};
  answer.getDetaileddiffMap().forEach((diff, path) => {
    const kind = names.find(([, value]) => value === diff.getKind())?.[0] ?? "unknown";
    detailed[path] = diff.getInputdiff() ? kind : `${kind} (output)`;
  });
  return detailed;
}
