import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { PartialFailure } from "../../lifecycle/lifecycle.ts";
import { presentDeadline, within } from "../../ryzeapi/deadline.ts";
import { SECRET_FIELDS } from "../../lifecycle/secret-fields.ts";
import { UNCONFIRMED } from "../../lifecycle/state.ts";
import { omit, pick, UNKNOWN, type Values } from "../../values.ts";
import { argumentDiffs, unfinishedDiffs } from "./detailed-diff.ts";
import type { EngineLog } from "./engine-log.ts";
import { checkFailure, InitializationError } from "./failures.ts";
import { propertiesIn, structOf, type Path, type Properties } from "./properties.ts";
import { requireChecked, requireId, requireInputs, requirePartOfState, requireState } from "./received.ts";
import type { ResourceKind } from "./resources.ts";

const { DiffChanges } = messages.DiffResponse;
const { Mode } = messages.CheckRequest.AutonamingOptions;

/** What all kinds of resources share. */
interface Shared {
  readonly log: EngineLog;
  /** Whether the engine reads each resource before it previews or updates it next. */
  readonly isRefreshed: boolean;
  /** The ids of what a preview would create are added. */
  readonly planned: Set<string>;
}

/** The protocol's calls about one kind of resource, carried out by its lifecycle. */
export class ResourceCalls {
  readonly #kind: ResourceKind;
  readonly #log: EngineLog;
  readonly #isRefreshed: boolean;
  readonly #planned: Set<string>;

  constructor(kind: ResourceKind, { log, isRefreshed, planned }: Shared) {
    this.#kind = kind;
    this.#log = log;
    this.#isRefreshed = isRefreshed;
    this.#planned = planned;
  }

  check(request: messages.CheckRequest): messages.CheckResponse {
    const news = this.#in(request.getNews());
    const response = new messages.CheckResponse();
    const former = propertiesIn(request.getOlds()).values;
    if (
      isNamedByNobody(request) &&
      former[this.#kind.namedBy] === undefined &&
      news.values[this.#kind.namedBy] === undefined
    ) {
      response.addFailures(checkFailure({ reason: unnamed(this.#kind.namedBy) }));
      return response;
    }
    const { inputs, failures } = this.#kind.lifecycle.check(news.values, {
      resource: request.getUrn(),
      former: Object.keys(former).length > 0 ? former : undefined,
      proposedName: proposedName(request),
    });
    if (inputs !== undefined) response.setInputs(this.#struct(inputs, news));
    response.setFailuresList(failures.map(checkFailure));
    return response;
  }

  diff(request: messages.DiffRequest): messages.DiffResponse {
    const { lifecycle } = this.#kind;
    const olds = this.#in(request.getOlds(), request.getOldInputs()).values;
    const news = this.#in(request.getNews()).values;
    requireState(this.#kind, olds);
    requireInputs(this.#kind, news);
    const { changes, replaces, deleteBeforeReplace } = lifecycle.diff(olds, news);
    const response = new messages.DiffResponse();
    response.setReplacesList([...replaces]);
    response.setDeletebeforereplace(deleteBeforeReplace);
    if (changes === false) {
      this.#warnAbout(olds);
      response.setChanges(DiffChanges.DIFF_NONE);
      return response;
    }
    const diffs =
      changes === true
        ? unfinishedDiffs(olds)
        : argumentDiffs(
            lifecycle,
            withoutSecretNames(lifecycle.declaredIn(olds)),
            withoutSecretNames(news),
            replaces,
          );
    response.setChanges(DiffChanges.DIFF_SOME);
    response.setHasdetaileddiff(diffs.size > 0);
    response.setDiffsList([...new Set([...diffs.keys()].map((path) => path.split(".")[0] ?? path))]);
    for (const [path, diff] of diffs) response.getDetaileddiffMap().set(path, diff);
    return response;
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const { lifecycle, computed } = this.#kind;
    const inputs = this.#in(request.getProperties());
    requireChecked(this.#kind, inputs.values, request.getPreview());
    const response = new messages.CreateResponse().setRefreshBeforeUpdate(this.#isRefreshed);
    if (request.getPreview()) {
      this.#planned.add(lifecycle.idOf(inputs.values));
      const unknown = Object.fromEntries(computed.map((output) => [output, UNKNOWN]));
      response.setProperties(this.#struct({ ...unknown, ...inputs.values }, inputs));
      return response;
    }
    const state = await this.#recordingFailures(inputs, request.getTimeout(), () =>
      lifecycle.create(inputs.values),
    );
    response.setId(lifecycle.idOf(state));
    response.setProperties(this.#struct(state, inputs));
    return response;
  }

  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const id = request.getId();
    const state = this.#in(request.getProperties(), request.getInputs());
    const inputs = this.#in(request.getInputs());
    requireId(id);
    requirePartOfState(this.#kind, state.values);
    const isKnown = Object.keys(state.values).length > 0;
    const { lifecycle } = this.#kind;
    const found = await within(request.getTimeout(), () =>
      isKnown ? lifecycle.read(id, state.values) : lifecycle.import(id),
    );
    const response = new messages.ReadResponse().setRefreshBeforeUpdate(this.#isRefreshed);
    if (found === undefined) return response; // without an id: there is no such resource
    const known = { secrets: [...state.secrets, ...inputs.secrets] };
    response.setId(id);
    response.setProperties(this.#struct(found.state, known));
    // Options may mark outputs as secret that are none in the program.
    response.setInputs(this.#struct(found.inputs, isKnown ? inputs : known));
    return response;
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const { lifecycle, computed, changedByUpdate } = this.#kind;
    const olds = this.#in(request.getOlds(), request.getOldInputs());
    const news = this.#in(request.getNews());
    requireId(request.getId());
    requireState(this.#kind, olds.values);
    requireChecked(this.#kind, news.values, request.getPreview());
    const response = new messages.UpdateResponse().setRefreshBeforeUpdate(this.#isRefreshed);
    if (request.getPreview()) {
      const isUncreated = olds.values["status"] === UNCONFIRMED;
      const unknown = Object.fromEntries(
        (isUncreated ? computed : changedByUpdate).map((output) => [output, UNKNOWN]),
      );
      const outputs = { ...pick(olds.values, computed), ...unknown, ...news.values };
      response.setProperties(this.#struct(outputs, news));
      return response;
    }
    const state = await this.#recordingFailures(news, request.getTimeout(), () =>
      lifecycle.update(request.getId(), olds.values, news.values),
    );
    response.setProperties(this.#struct(state, news));
    return response;
  }

  async delete(request: messages.DeleteRequest): Promise<void> {
    const { values } = this.#in(request.getProperties(), request.getOldInputs());
    requireId(request.getId());
    requireState(this.#kind, values);
    await within(request.getTimeout(), () => this.#kind.lifecycle.delete(request.getId(), values));
  }

  async #recordingFailures(
    inputs: Properties,
    seconds: number,
    operation: () => Promise<Values>,
  ): Promise<Values> {
    try {
      const state = await within(seconds, () => sayingWhatIsLeft(operation));
      this.#warnAbout(state);
      return state;
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      throw new InitializationError(
        error,
        this.#struct(error.state, inputs),
        this.#struct(inputs.values, inputs),
        this.#isRefreshed,
      );
    }
  }

  #warnAbout({ warnings }: Values): void {
    if (!Array.isArray(warnings)) return;
    for (const warning of warnings) this.#log.warn(String(warning));
  }

  /**
   * Properties off the wire, as a lifecycle takes them: with the names of what a program made secret, which shows in
   * the inputs alone.
   */
  #in(properties: Struct | undefined, inputs = properties): Properties {
    const { values, secrets } = propertiesIn(properties);
    const always = new Set(this.#kind.secrets.map(dotted));
    const marked = inputs === properties ? secrets : propertiesIn(inputs).secrets;
    const own = marked.map(dotted).filter((path) => !always.has(path));
    const left = withoutSecretNames(values);
    return {
      values: own.length > 0 ? { ...left, [SECRET_FIELDS]: [...new Set(own)].sort() } : left,
      secrets,
    };
  }

  #struct(values: Values, { secrets }: Pick<Properties, "secrets">) {
    return structOf(withoutSecretNames(values), [...this.#kind.secrets, ...secrets]);
  }
}

/** Where the time was over, a failure names what was not done by then; what may exist at all says so itself. */
async function sayingWhatIsLeft(operation: () => Promise<Values>): Promise<Values> {
  try {
    return await operation();
  } catch (error) {
    const isOver = presentDeadline()?.over.aborted === true;
    if (isOver && error instanceof PartialFailure && error.state["status"] !== UNCONFIRMED)
      error.message += " What is not named here was done. The next `pulumi up` goes on with the rest.";
    throw error;
  }
}

/** A new resource has its own name in the program, or what the stack's `pulumi:autonaming` proposes. */
function proposedName(request: messages.CheckRequest): string | undefined {
  const autonaming = request.getAutonaming();
  if (autonaming === undefined) return request.getName();
  return autonaming.getMode() === Mode.DISABLE ? undefined : autonaming.getProposedName();
}

/**
 * A command that creates without a program and without a stack, as `pulumi do --stateless` does, puts the name of the type
 * in the place of the resource's. An engine sends a seed with every resource of a program.
 */
function isNamedByNobody(request: messages.CheckRequest): boolean {
  const [, , type = "", name] = request.getUrn().split("::");
  return (
    type.endsWith(`:${name ?? ""}`) &&
    request.getAutonaming() === undefined &&
    request.getRandomseed_asU8().length === 0
  );
}

function unnamed(argument: string): string {
  return `${argument} is required here: there is no program whose resource has a name that it could take`;
}

function dotted(path: Path): string {
  return path.join(".");
}

function withoutSecretNames(values: Values): Values {
  return omit(values, [SECRET_FIELDS]);
}
