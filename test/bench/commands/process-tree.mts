import { readdir, readFile } from "node:fs/promises";

/** Whose work a process does. */
export type Role = "cli" | "program" | "provider";

/** What a process and those that it started have cost. */
export interface Cost {
  /** Seconds of the processors, by whose work they did. */
  readonly cpu: Readonly<Record<Role, number>>;
  /** Bytes that the CLI wrote into files, which is the state over and over. */
  readonly written: number;
}

interface Sample {
  readonly parent: number;
  readonly cpuSeconds: number;
  readonly role: Role | undefined;
  readonly written: number;
}

const SAMPLED_EVERY_MS = 40;
const TICKS_PER_SECOND = 100;

/** Watches a process and all that comes from it, by what Linux tells in /proc: no process tells its children's roles. */
export class ProcessTree {
  readonly #root: number;
  readonly #samples = new Map<number, Sample>();
  readonly #timer: NodeJS.Timeout;
  #sampling: Promise<void> = Promise.resolve();

  constructor(root: number) {
    this.#root = root;
    this.#timer = setInterval(() => {
      this.#sampling = this.#sampling.then(() => this.#sample());
    }, SAMPLED_EVERY_MS);
  }

  async end(): Promise<Cost> {
    clearInterval(this.#timer);
    await this.#sampling;
    const cpu = { cli: 0, program: 0, provider: 0 };
    let written = 0;
    for (const [pid, sample] of this.#samples) {
      if (!this.#isOurs(pid)) continue;
      const role = this.#roleOf(pid);
      cpu[role] += sample.cpuSeconds;
      if (role === "cli") written += sample.written;
    }
    return { cpu, written };
  }

  async #sample(): Promise<void> {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
    await Promise.all(pids.filter((pid) => pid >= this.#root).map((pid) => this.#look(pid)));
  }

  async #look(pid: number): Promise<void> {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      // The name of the program, in parentheses, may hold anything.
      const fields = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .map(Number);
      const [parent = 0, user = 0, system = 0] = [fields[1], fields[11], fields[12]];
      const known = this.#samples.get(pid);
      this.#samples.set(pid, {
        // An orphan belongs to whom it came from.
        parent: known?.parent ?? parent,
        cpuSeconds: (user + system) / TICKS_PER_SECOND,
        role: roleIn(await readFile(`/proc/${pid}/cmdline`, "utf8")) ?? known?.role,
        written: writtenIn(await readFile(`/proc/${pid}/io`, "utf8")),
      });
    } catch {
      // It has ended meanwhile; what was seen last stands.
    }
  }

  #isOurs(pid: number): boolean {
    const parent = this.#samples.get(pid)?.parent;
    return pid === this.#root || (parent !== undefined && this.#isOurs(parent));
  }

  /** A process without a role of its own works for the one that started it. */
  #roleOf(pid: number): Role {
    const sample = this.#samples.get(pid);
    if (sample?.role !== undefined) return sample.role;
    return sample === undefined || pid === this.#root ? "cli" : this.#roleOf(sample.parent);
  }
}

function roleIn(commandLine: string): Role | undefined {
  if (/dynamic-provider|pulumi-resource-ryzeapi/.test(commandLine)) return "provider";
  if (commandLine.includes("@pulumi/pulumi/cmd/run")) return "program";
  return /^[^\0]*\/pulumi(-language-nodejs)?\0/.test(commandLine) ? "cli" : undefined;
}

function writtenIn(io: string): number {
  return Number(/^wchar: (\d+)$/m.exec(io)?.[1] ?? 0);
}
