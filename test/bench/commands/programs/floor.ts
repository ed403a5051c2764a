import { fleet } from "./declared";
import { Nothing } from "./nothing";

interface Declared {
  readonly name: string;
  readonly webhook: { readonly url: string };
}

for (const { name, webhook } of fleet<Declared>()) new Nothing(name, { webhook: webhook.url });
