// node scripts/release/go-tag.mts
//
// Tags the module for Go of dist/release here, as Go looks for it: a commit with the module in sdk/go, under the tag
// sdk/go/v<version>. The commit is on no branch, since what is generated belongs to none. Prints the tag.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PARTS, VERSION } from "./make.mts";
import { repository, run } from "./run.mts";

/** Tags the module of the release in a folder. `checkout` stays as it is, with its index. */
export async function tagGoModule(checkout: string, release: string): Promise<string> {
  const tag = `${PARTS.go}/v${VERSION}`;
  const index = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  const git = async (...args: string[]) => {
    const own = { ...COMMITTER, GIT_INDEX_FILE: join(index, "index") };
    return (await run("git", args, checkout, own)).trim();
  };
  try {
    await git("read-tree", "HEAD");
    await git(`--work-tree=${release}`, "add", "--force", "--", `:/${PARTS.go}`);
    const tree = await git("write-tree");
    const commit = await git("commit-tree", tree, "-p", "HEAD", "-m", `The SDK for Go ${VERSION}`);
    await git("tag", tag, commit);
    return tag;
  } finally {
    await rm(index, { recursive: true });
  }
}

/** As GitHub shows what its own machines commit. */
const NAME = "github-actions[bot]";
const EMAIL = "41898282+github-actions[bot]@users.noreply.github.com";
const COMMITTER = {
  GIT_AUTHOR_NAME: NAME,
  GIT_AUTHOR_EMAIL: EMAIL,
  GIT_COMMITTER_NAME: NAME,
  GIT_COMMITTER_EMAIL: EMAIL,
};

if (import.meta.main) console.log(await tagGoModule(repository, join(repository, "dist", "release")));
