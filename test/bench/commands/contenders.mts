/** What is compared under the real CLI, and which program of the folder beside declares its fleet. */
export const CONTENDERS = {
  floor: { program: "floor.ts", title: "engine's floor" },
  inputs: { program: "inputs.ts", title: "same inputs, plain" },
  secrets: { program: "secrets.ts", title: "same inputs, secrets" },
  package: { program: "package.ts", title: "pulumi-ryzeapi" },
  plugin: { program: "plugin.ts", title: "native plugin" },
  plain: { program: "plain.ts", title: "plain provider" },
} as const;

export type ContenderName = keyof typeof CONTENDERS;

export const CONTENDER_NAMES = Object.keys(CONTENDERS) as ContenderName[];

/** How Node.js gets the program, which Pulumi takes as TypeScript unless it is told otherwise. */
export const FORMS = {
  checked: "TypeScript, types checked",
  transpiled: "TypeScript, types not checked",
  compiled: "JavaScript",
} as const;

export type Form = keyof typeof FORMS;

/** What people type, in the order of a stack's life; the first and the fourth are typed once the program has changed. */
export const COMMANDS = {
  create: { title: "up, all new", args: ["up", "--yes", "--skip-preview"] },
  preview: { title: "preview, no change", args: ["preview"] },
  unchanged: { title: "up, no change", args: ["up", "--yes", "--skip-preview"] },
  refresh: { title: "refresh", args: ["refresh", "--yes", "--skip-preview"] },
  change: { title: "up, one field changed", args: ["up", "--yes", "--skip-preview"] },
  destroy: { title: "destroy", args: ["destroy", "--yes", "--skip-preview"] },
} as const;

export type CommandName = keyof typeof COMMANDS;

export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];
