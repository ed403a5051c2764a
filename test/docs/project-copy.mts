import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { repository } from "./pages.mts";

/** What a contributor edits and what is generated from it. */
const COPIED = [
  "cli",
  "provider",
  "sdk",
  "scripts",
  "docs/blocks",
  "docs/examples",
  "package.json",
  "tsconfig.json",
];

/** A copy of this project in which a recipe of docs/architecture.md is followed. */
export class ProjectCopy {
  readonly folder: string;

  static async make(): Promise<ProjectCopy> {
    const folder = await mkdtemp(join(tmpdir(), "recipe-"));
    for (const path of COPIED) await cp(join(repository, path), join(folder, path), { recursive: true });
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
    return new ProjectCopy(folder);
  }

  private constructor(folder: string) {
    this.folder = folder;
  }

  async read(path: string): Promise<string> {
    return await readFile(join(this.folder, path), "utf8");
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  /** Replaces the first place; what is not there any more is an error of the test. */
  async edit(path: string, place: string, replacement: string): Promise<void> {
    const text = await this.read(path);
    if (!text.includes(place)) throw new Error(`${path} has no ${JSON.stringify(place)}.`);
    await this.write(
      path,
      text.replace(place, () => replacement),
    );
  }

  /** Rejects with what was printed where the program fails. */
  async run(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: this.folder });
    return stdout;
  }

  /** Compiles a program along with everything that is built; rejects with the compiler's errors. */
  async compile(program: string): Promise<void> {
    await this.write("types.ts", program);
    const config = { extends: "./tsconfig.json", include: ["cli", "provider", "sdk", "types.ts"] };
    await this.write("tsconfig.types.json", JSON.stringify(config));
    await this.run("node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json");
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
