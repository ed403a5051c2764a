import { fleet } from "./declared";
import { Nothing } from "./nothing";

for (const declared of fleet<{ readonly name: string }>()) new Nothing(declared.name, declared);
