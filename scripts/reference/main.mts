// npm run reference: writes what is generated from the doc comments; with --check it only says what is not current.
import { parseArgs } from "node:util";

import { generatedFiles, outdated, write } from "./files.mts";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

try {
  const files = await generatedFiles();
  const paths = await outdated(files);
  if (values.check) {
    if (paths.length > 0) throw new Error(`Not what \`npm run reference\` generates:\n${list(paths)}`);
  } else {
    await write(files, paths);
    console.log(paths.length === 0 ? "Everything is current." : `Wrote\n${list(paths)}`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function list(paths: readonly string[]): string {
  return paths.map((path) => `- ${path}`).join("\n");
}
