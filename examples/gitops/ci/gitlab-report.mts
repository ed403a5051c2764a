// node ci/gitlab-report.mts note|issue TITLE FILE     (Node.js 22.18 or later)
//
// Puts a file into a note on the merge request, or into an open issue, of this title: a new one, or the one that is there.
import { readFileSync } from "node:fs";
import { env, argv } from "node:process";

interface Found {
  readonly id: number;
  readonly iid: number;
  readonly body?: string;
}

const [kind, title = "", file = ""] = argv.slice(2);
const project = `${env["CI_API_V4_URL"]}/projects/${env["CI_PROJECT_ID"]}`;
const text = "```\n" + readFileSync(file, "utf8").slice(0, 500_000) + "\n```";

if (kind === "note") {
  const heading = `### ${title}\n`;
  const notes = `${project}/merge_requests/${env["CI_MERGE_REQUEST_IID"]}/notes`;
  const before = (await call("GET", `${notes}?per_page=100`)).find(({ body }) => body?.startsWith(heading));
  await save(notes, before?.id, { body: `${heading}\n${text}` });
} else {
  const issues = `${project}/issues`;
  const search = new URLSearchParams({ state: "opened", labels: "drift", search: title, in: "title" });
  const [before] = await call("GET", `${issues}?${search.toString()}`);
  await save(issues, before?.iid, { title, labels: "drift", description: text });
}

async function save(collection: string, id: number | undefined, content: object): Promise<void> {
  if (id === undefined) await call("POST", collection, content);
  else await call("PUT", `${collection}/${id}`, content);
}

async function call(method: string, url: string, content?: object): Promise<Found[]> {
  const response = await fetch(url, {
    method,
    headers: { "PRIVATE-TOKEN": env["GITLAB_TOKEN"] ?? "", "Content-Type": "application/json" },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Found[];
}
