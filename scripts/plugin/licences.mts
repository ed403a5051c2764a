import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The licence texts of the packages that a bundle's files come from, as their licences ask for. */
export async function licencesOf(repository: string, files: readonly string[]): Promise<string> {
  const packages = [...new Set(files.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  const texts = await Promise.all(packages.map((folder) => licenceIn(join(repository, folder))));
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

async function licenceIn(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const title = `${manifest["name"] ?? folder} ${manifest["version"] ?? ""} (${manifest["license"] ?? "see below"})`;
  return [title, ...texts.map((text) => text.trim())].join("\n\n") + "\n";
}
