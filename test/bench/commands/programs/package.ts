import { RyzeInstance, type RyzeInstanceArgs } from "pulumi-ryzeapi";
import { fleet } from "./declared";

type Declared = RyzeInstanceArgs & { readonly name: string };

for (const declared of fleet<Declared>()) new RyzeInstance(declared.name, declared);
