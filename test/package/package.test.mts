import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { formatMessage } from "publint/utils";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { installExamples } from "../examples/installed.mts";
import { needed, pack, repository, run } from "./packed.mts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const bin = join(repository, "node_modules", ".bin");

let folder = "";
let packed: Awaited<ReturnType<typeof pack>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  packed = await pack(folder);
  await run("tar", ["-xzf", packed.tarball], folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the packed package", () => {
  test("holds what its sources compile to, and nothing else", async () => {
    expect(packed.files.sort()).toEqual((await needed()).sort());
  });

  test("has a bundled provider, which loads nothing of its own but undici and the SDK's version", async () => {
    const bundle = await readFile(join(folder, "package/dist/provider/index.js"), "utf8");
    const loaded = [...bundle.matchAll(/(?:require|import)\("([^"]+)"\)/g)].map(([, module]) => module);
    // What states name as their provider stands there as text.
    const own = loaded.filter((module) => module !== "pulumi-ryzeapi/provider");
    const others = own.filter((module) => module?.startsWith("node:") === false);
    expect(others.sort()).toEqual(["@pulumi/pulumi/version.js", "undici"]);
  });

  test("publint has nothing to say", async () => {
    const tarball = await readFile(packed.tarball);
    const { messages, pkg } = await publint({
      pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) },
      level: "warning",
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("every entry point has types that fit, wherever it is imported from", async () => {
    // The resolution of before Node.js 12 knows no subpaths, and @pulumi/pulumi runs on none that old.
    const attw = run(join(bin, "attw"), ["--profile", "node16", "--format", "ascii", packed.tarball], folder);
    await expect(attw).resolves.toContain("pulumi-ryzeapi/provider");
  });

  test("fits every example, with nothing but what it declares installed", async () => {
    const [unpacked, copies] = [join(folder, "package"), join(folder, "examples")];
    await symlink(join(repository, "node_modules"), join(unpacked, "node_modules"));
    await installExamples(copies, unpacked);
    await run(join(bin, "tsc"), ["-p", "."], copies);
  });
});
