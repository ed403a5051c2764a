import ts from "typescript";

import { BLOCKS } from "../../provider/blocks/index.ts";
import { commentOf } from "./comment.mts";
import type { Block, Field, Group, Lookup, Model, Resource } from "./model.mts";
import { contradictions, filledIn } from "./registry.mts";
import { Sources, type Declaration, type Member } from "./sources.mts";
import { canBeMissing, pascalCase, TypeReader, type ValueType } from "./types.mts";

/** Reads the SDK's source and the registry of blocks; throws where they contradict each other. */
export function readModel(): Model {
  return new ModelReader().read();
}

class ModelReader {
  readonly #sources = new Sources();
  readonly #types = new TypeReader();

  read(): Model {
    const events = this.#events();
    const blocks = BLOCKS.map(({ name }) => this.#block(name));
    const account = this.#group("arguments.ts", "AccountArgs", "Account");
    const secrets = new Set([...blocks, account].flatMap(secretNames));
    const model = {
      events,
      blocks,
      account,
      instance: this.#resource("instance.ts", "RyzeInstance", secrets),
      webhook: withBlock(this.#resource("webhook.ts", "RyzeWebhook", secrets), blocks),
      observed: this.#observed(),
      identity: this.#outputGroup("results.ts", "InstanceIdentity", "InstanceIdentity", new Set()),
      summary: this.#outputGroup("lookup.ts", "RyzeInstanceInfo", "InstanceSummary", secrets),
      lookups: [
        this.#lookup("getRyzeInstance", "RyzeInstanceLookup"),
        this.#lookup("getRyzeInstances", "RyzeInstancesLookup"),
      ],
      enums: this.#types.enums,
    };
    const results = new Map(
      blocks.map(({ name, argument }) => [argument, this.#names("results.ts", name)] as const),
    );
    const found = contradictions(model, results);
    if (found.length > 0) {
      throw new Error(
        `Doc comments in sdk/ and checks in provider/ disagree; change one of them:\n- ${found.join("\n- ")}`,
      );
    }
    return model;
  }

  #events(): Model["events"] {
    const declaration = this.#sources.declaration("arguments.ts", "RyzeEvent");
    if (!ts.isTypeAliasDeclaration(declaration) || !ts.isUnionTypeNode(declaration.type))
      throw new Error("RyzeEvent in sdk/arguments.ts is no union.");
    return { ...this.#types.readEnum("Event", declaration.type), comment: commentOf(declaration) };
  }

  #block(argument: string): Block {
    const name = pascalCase(argument);
    const group = this.#group("arguments.ts", `${name}Args`, name);
    const registered = BLOCKS.find((block) => block.name === argument);
    const position = (field: Field) => registered?.fields.indexOf(field.name) ?? -1;
    const filled = filledIn(argument);
    const fields = group.fields
      .map((field) => ({
        ...field,
        isUnreadable: registered?.unreadable.includes(field.name) ?? false,
        ...(filled[field.name] === undefined ? {} : { filledIn: filled[field.name] }),
      }))
      .sort((left, right) => position(left) - position(right));
    return { ...group, fields, argument, canBeOff: fields.some((field) => field.name === "enabled") };
  }

  #group(file: string, type: string, name: string): Group {
    const declaration = this.#sources.declaration(file, type);
    const fields = this.#sources.members(declaration).map((member) => this.#argument(member, name));
    return { name, comment: commentOf(declaration), fields };
  }

  #resource(file: string, name: string, secrets: ReadonlySet<string>): Resource {
    const declaration = this.#sources.declaration(file, name);
    const args = this.#group("arguments.ts", `${name}Args`, "").fields;
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
      comment: commentOf(this.#sources.declaration("lookup.ts", name)),
      arguments: this.#group("lookup.ts", type, "").fields.toSorted(requiredFirst),
      outputForm: {
        name: withOutputs,
        comment: commentOf(this.#sources.declaration("lookup.ts", withOutputs)),
      },
    };
  }

  #observed(): Group[] {
    const declaration = this.#sources.declaration("results.ts", "ObservedBlocks");
    const members = this.#sources.members(declaration);
    const groups = members.map((member) => ({
      name: observedName(member),
      comment: member.comment,
      fields: this.#sources.members(member.type).map((field) => this.#output(field, new Set())),
    }));
    const fields = members.map((member) =>
      this.#fieldOf(member, { kind: "object", name: observedName(member) }),
    );
    return [...groups, { name: "Observed", comment: commentOf(declaration), fields }];
  }

  #argument(member: Member, owner: string): Field {
    const type = this.#types.read(member.type, `${owner}${pascalCase(member.name)}`);
    return {
      ...this.#fieldOf(member, type),
      isSecret: /\bkept as a secret\b/i.test(member.comment.text),
      replaces: member.comment.text.includes("**replaces**"),
    };
  }

  #output(member: Member, secrets: ReadonlySet<string>): Field {
    const type = this.#types.read(member.type, "");
    return {
      ...this.#fieldOf(member, type),
      presence: canBeMissing(member.type) ? "optional" : member.presence,
      isSecret: type.kind === "string" && secrets.has(member.name),
    };
  }

  #fieldOf({ name, comment, presence }: Member, type: ValueType): Field {
    return { name, type, comment, presence, isSecret: false, replaces: false, isUnreadable: false };
  }

  #names(file: string, type: string): string[] {
    return this.#sources.members(this.#sources.declaration(file, type)).map(({ name }) => name);
  }
}

/** The arguments of RyzeWebhook hold the fields of the block. */
function withBlock(resource: Resource, blocks: readonly Block[]): Resource {
  const fields = blocks.find(({ argument }) => argument === "webhook")?.fields ?? [];
  const own = resource.arguments.filter(({ name }) => !fields.some((field) => field.name === name));
  return { ...resource, arguments: [...own, ...fields] };
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
