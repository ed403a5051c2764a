/** What of package.json goes into other files. */
export interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly repository: { readonly url: string };
}

/** What is called after the account at GitHub that owns the repository: all of it follows from package.json. */
export interface Names {
  readonly owner: string;
  /** Whether the owner is still the one that nobody can be. */
  readonly isPlaceholder: boolean;
  /** The repository's page. */
  readonly repository: string;
  /** From where the engine downloads the plugin of a release. */
  readonly pluginDownloadURL: string;
  /** The generated SDKs: a package of npm, … */
  readonly nodejs: string;
  /** … a package of Python, as programs import it, … */
  readonly python: string;
  /** … the import path of Go, … */
  readonly go: string;
  /** … the namespace of .NET and the name in it, … */
  readonly csharpRoot: string;
  readonly csharpName: string;
  /** … and what the package of Java begins with. */
  readonly javaBase: string;
  /** Where a file of the repository is to be had as it was at a tag. */
  readonly fileAtTag: (tag: string, path: string) => string;
}

/** Not a name that GitHub gives out, since it has a dot: nobody can offer a plugin under it. */
const PLACEHOLDER = "your.account";

const REPOSITORY = "pulumi-ryzeapi";

export function namesOf({ repository: { url } }: Manifest): Names {
  const owner = new RegExp(`^git\\+https://github\\.com/([\\w.-]+)/${REPOSITORY}\\.git$`).exec(url)?.[1];
  if (owner === undefined)
    throw new Error(
      `package.json has the repository ${url}: write git+https://github.com/<owner>/${REPOSITORY}.git.`,
    );
  const slug = `${owner}/${REPOSITORY}`;
  return {
    owner,
    isPlaceholder: owner === PLACEHOLDER,
    repository: `https://github.com/${slug}`,
    pluginDownloadURL: `github://api.github.com/${slug}`,
    nodejs: `@${owner.toLowerCase()}/ryzeapi`,
    python: "pulumi_ryzeapi",
    go: `github.com/${slug}/sdk/go/ryzeapi`,
    csharpRoot: words(owner)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(""),
    csharpName: "RyzeApi",
    javaBase: `io.github.${words(owner).join("_").toLowerCase()}`,
    fileAtTag: (tag, path) => `https://raw.githubusercontent.com/${slug}/${tag}/${path}`,
  };
}

/** A text with these names instead of those that followed from another owner. */
export function withNames(text: string, names: Names): string {
  return text
    .replaceAll(
      new RegExp(`(?<=github(?:usercontent)?\\.com/)[\\w.-]+(?=/${REPOSITORY}\\b)`, "g"),
      names.owner,
    )
    .replaceAll(new RegExp(`(?<="repoSlug": "|--repo )[\\w.-]+(?=/${REPOSITORY}\\b)`, "g"), names.owner)
    .replaceAll(/(?<![\w.])@[\w.-]+\/ryzeapi\b/g, names.nodejs)
    .replaceAll(/\b\w+\.RyzeApi\b/g, `${names.csharpRoot}.${names.csharpName}`)
    .replaceAll(/\bio\.github\.\w+(?=[.:]ryzeapi\b)/g, names.javaBase);
}

/** Names in .NET and Java have neither dots nor hyphens. */
function words(owner: string): string[] {
  return owner.split(/[^A-Za-z0-9]+/);
}
