import type { PulumiCli } from "../../../scripts/pulumi-cli/find.mts";
import { declaration, names } from "../fleet.mts";
import { say } from "../progress.mts";
import type { RequestCounts, Service } from "../service.mts";
import { stateSize, type StateSize } from "../state-size.mts";
import {
  COMMAND_NAMES,
  COMMANDS,
  CONTENDER_NAMES,
  CONTENDERS,
  FORMS,
  type CommandName,
  type ContenderName,
} from "./contenders.mts";
import { Stack, type Program, type Ran } from "./stack.mts";

/** A program that declares so many instances. */
interface Subject extends Program {
  readonly instances: number;
}

/** One command of the real CLI, once. */
export interface CommandRun extends Ran, Subject {
  readonly command: CommandName;
  /** The how manieth of its kind, from 0 on; those of one round ran one after the other. */
  readonly round: number;
  readonly requests: RequestCounts;
}

export interface Commands {
  readonly runs: readonly CommandRun[];
  /** Of one instance with all blocks, in the state's file. */
  readonly state: Partial<Record<ContenderName, StateSize>>;
}

export interface Plan {
  readonly sizes: readonly number[];
  readonly rounds: number;
}

/** Where a user can save the type check, which matters in a small stack. */
const OTHER_FORMS = (["transpiled", "compiled"] as const).flatMap((form) =>
  (["floor", "package", "plugin"] as const).map((contender) => ({ contender, form, instances: 1 })),
);

/** The life of a stack with each contender in turn, so that whatever else the machine does meets all of them. */
export async function measureCommands(service: Service, cli: PulumiCli, plan: Plan): Promise<Commands> {
  const runs: CommandRun[] = [];
  const state: Partial<Record<ContenderName, StateSize>> = {};
  const subjects = [
    ...OTHER_FORMS,
    ...plan.sizes.flatMap((instances) =>
      CONTENDER_NAMES.map((contender) => ({ contender, form: "checked" as const, instances })),
    ),
  ];
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const subject of subjects) {
      const life = await measureLife(service, cli, subject);
      runs.push(...life.runs.map((run) => ({ ...run, ...subject, round })));
      state[subject.contender] ??= life.state;
    }
  }
  return { runs, state };
}

interface Life {
  readonly runs: readonly Omit<CommandRun, keyof Subject | "round">[];
  readonly state: StateSize;
}

async function measureLife(service: Service, cli: PulumiCli, subject: Subject): Promise<Life> {
  const { contender, form, instances } = subject;
  await service.reset();
  await service.answerListings("complete");
  const fleet = names(instances);
  const stack = await Stack.create(cli, service, subject);
  const runs: Omit<CommandRun, keyof Subject | "round">[] = [];
  let state: StateSize | undefined;
  try {
    for (const command of COMMAND_NAMES) {
      const path = command === "change" || command === "destroy" ? "/whatsapp/v2" : "/whatsapp";
      await stack.declare(fleet.map((name) => declaration(name, service.chatwoot, path)));
      await service.nextWindow();
      await service.clearRequests();
      const ran = await stack.run(...COMMANDS[command].args);
      runs.push({ command, ...ran, requests: await service.requestCounts() });
      state ??= stateSize(await stack.state(), fleet[0] ?? "");
    }
  } finally {
    await stack.remove();
  }
  if (state === undefined) throw new Error("No command was run.");
  const total = runs.reduce((sum, { seconds }) => sum + seconds, 0);
  say(`${CONTENDERS[contender].title} (${FORMS[form]}), ${instances} instances: ${total.toFixed(1)} s`);
  return { runs, state };
}
