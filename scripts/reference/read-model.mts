import { accountFields } from "../../provider/definitions/account.ts";
import { EVENTS } from "../../provider/definitions/events.ts";
import type { Fields } from "../../provider/definitions/field.ts";
import { BLOCK_FIELDS } from "../../provider/definitions/index.ts";
import { instanceFields } from "../../provider/definitions/instance.ts";
import { webhookResourceFields } from "../../provider/definitions/webhook-resource.ts";
import { commentOf, requireTrue, type Comment } from "./comment.mts";
import type { Block, Field, Group, Lookup, Model, Resource } from "./model.mts";
import { Sources, type Declaration, type Member } from "./sources.mts";
import { canBeMissing, pascalCase, TypeReader, type ValueType } from "./types.mts";

/** Reads the definitions and the SDK's source; throws where a doc comment contradicts its definition. */
export function readModel(): Model {
  return new ModelReader().read();
}

class ModelReader {
  readonly #sources = new Sources();
  readonly #types = new TypeReader();

  read(): Model {
    const events = {
      ...this.#types.enum("Event", EVENTS).of,
      comment: this.#comment("provider/definitions/events.ts", "RyzeEvent"),
    };
    const blocks = Object.entries(BLOCK_FIELDS).map(([argument, fields]) => this.#block(argument, fields));
    const account = {
      name: "Account",
      comment: this.#comment("sdk/arguments.ts", "AccountArgs"),
      fields: this.#defined(accountFields, "account.ts", "Account"),
    };
    const secrets = new Set([...blocks, account].flatMap(secretNames));
    return {
      events,
      blocks,
      account,
      instance: this.#resource("sdk/instance.ts", "RyzeInstance", secrets, [
        ...this.#defined(instanceFields, "instance.ts", ""),
        ...this.#own("RyzeInstanceArgs"),
      ]),
      webhook: this.#resource("sdk/webhook.ts", "RyzeWebhook", secrets, [
        ...this.#defined(webhookResourceFields, "webhook-resource.ts", "").map(alwaysRequired),
        ...this.#own("WebhookResource"),
        ...(blocks.find(({ argument }) => argument === "webhook")?.fields ?? []),
      ]),
      observed: this.#observed(blocks),
      identity: this.#outputGroup("sdk/results.ts", "InstanceIdentity", "InstanceIdentity", new Set()),
      summary: this.#outputGroup("sdk/lookup.ts", "RyzeInstanceInfo", "InstanceSummary", secrets),
      lookups: [
        this.#lookup("getRyzeInstance", "RyzeInstanceLookup"),
        this.#lookup("getRyzeInstances", "RyzeInstancesLookup"),
      ],
      enums: this.#types.enums,
    };
  }

  #block(argument: string, fields: Fields): Block {
    const name = pascalCase(argument);
    const { enabled, ...others } = fields;
    return {
      name,
      comment: this.#comment("sdk/arguments.ts", `${name}Args`),
      fields: [
        ...(enabled === undefined ? [] : this.#defined({ enabled }, "switch.ts", name)),
        ...this.#defined(others, `${argument}.ts`, name),
      ],
      argument,
      canBeOff: enabled !== undefined,
    };
  }

  /** The fields of a definition; what is required of a block is so while it is enabled. */
  #defined(fields: Fields, file: string, owner: string): Field[] {
    const comments = this.#sources.fieldComments(file);
    return Object.entries(fields).map(([name, { kind, traits }]) => ({
      name,
      type: this.#types.ofField(kind.type, `${owner}${pascalCase(name)}`),
      comment: requireTrue(name, comments.get(name), traits),
      presence: traits.isRequired ? "required while enabled" : "optional",
      isSecret: traits.isSecret,
      replaces: traits.replaces,
      isUnreadable: traits.returned !== "always",
      ...(typeof traits.default === "boolean" ? { filledIn: traits.default } : {}),
    }));
  }

  /** The arguments that stand beside the fields of a definition: blocks, and the account. */
  #own(type: string): Field[] {
    return this.#sources
      .members(this.#sources.declaration("sdk/arguments.ts", type))
      .map((member) => this.#fieldOf(member, this.#types.read(member.type)));
  }

  #comment(file: string, name: string): Comment {
    return commentOf(this.#sources.declaration(file, name));
  }

  #resource(file: string, name: string, secrets: ReadonlySet<string>, args: readonly Field[]): Resource {
    const declaration = this.#sources.declaration(file, name);
    const secret = new Set([...secrets, ...secretNames({ fields: args })]);
    return {
      name,
      comment: commentOf(declaration),
      arguments: args,
      outputs: this.#outputs(declaration, secret),
    };
  }

  #outputGroup(file: string, type: string, name: string, secrets: ReadonlySet<string>): Group {
    const declaration = this.#sources.declaration(file, type);
    return { name, comment: commentOf(declaration), fields: this.#outputs(declaration, secrets) };
  }

  #outputs(declaration: Declaration, secrets: ReadonlySet<string>): Field[] {
    return this.#sources.members(declaration).map((member) => this.#output(member, secrets));
  }

  #lookup(name: string, type: string): Lookup {
    const withOutputs = `${name}Output`;
    return {
      name,
      comment: this.#comment("sdk/lookup.ts", name),
      arguments: this.#sources
        .members(this.#sources.declaration("sdk/lookup.ts", type))
        .map((member) => this.#fieldOf(member, this.#types.read(member.type)))
        .toSorted(requiredFirst),
      outputForm: { name: withOutputs, comment: this.#comment("sdk/lookup.ts", withOutputs) },
    };
  }

  /** What is seen of a block: its fields, but no secret and nothing that only says how to apply it. */
  #observed(blocks: readonly Block[]): Group[] {
    const declaration = this.#sources.declaration("sdk/results.ts", "ObservedBlocks");
    const members = this.#sources.members(declaration);
    const groups = members.map((member) => {
      const block = blocks.find(({ argument }) => argument === member.name);
      const seen = (block?.fields ?? []).filter((field) => isObservable(member.name, field)).map(asObserved);
      const besides = this.#sources.members(member.type).map((each) => this.#output(each, new Set()));
      return { name: observedName(member), comment: member.comment, fields: [...seen, ...besides] };
    });
    const fields = members.map((member) =>
      this.#fieldOf(member, { kind: "object", name: observedName(member) }),
    );
    return [...groups, { name: "Observed", comment: commentOf(declaration), fields }];
  }

  #output(member: Member, secrets: ReadonlySet<string>): Field {
    const type = this.#types.read(member.type);
    return {
      ...this.#fieldOf(member, type),
      presence: canBeMissing(member.type) ? "optional" : member.presence,
      isSecret: type.kind === "string" && secrets.has(member.name),
    };
  }

  #fieldOf({ name, comment, presence }: Member, type: ValueType): Field {
    return { name, type, comment, presence, isSecret: false, replaces: false, isUnreadable: false };
  }
}

/** The webhook that is a resource needs its instance whether it is on or off. */
function alwaysRequired(field: Field): Field {
  return field.presence === "optional" ? field : { ...field, presence: "required" };
}

function isObservable(block: string, { name, isSecret }: Field): boolean {
  const fields: Readonly<Record<string, Fields>> = BLOCK_FIELDS;
  return name !== "enabled" && !isSecret && fields[block]?.[name]?.traits.isDirective === false;
}

/** What a program would have to say of an argument is no matter of what was seen. */
function asObserved({ name, type, comment: { text, source } }: Field): Field {
  return {
    name,
    type: type.kind === "integer-or-digits" ? { kind: "integer" } : type,
    comment: { text, isServiceDefault: false, ...(source === undefined ? {} : { source }) },
    presence: "optional",
    isSecret: false,
    replaces: false,
    isUnreadable: false,
  };
}

function requiredFirst(left: Field, right: Field): number {
  return Number(right.presence === "required") - Number(left.presence === "required");
}

function secretNames({ fields }: Pick<Group, "fields">): string[] {
  return fields.filter(({ isSecret }) => isSecret).map(({ name }) => name);
}

function observedName({ name }: Member): string {
  return `Observed${pascalCase(name)}`;
}
