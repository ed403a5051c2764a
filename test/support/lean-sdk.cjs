"use strict";

/**
 * Pulumi's SDK starts with a compiler and with npm's resolver, to write functions into states. They are more than half
 * of its start, and no process of the tests writes a function: here each is loaded when somebody asks it for something.
 */
const { createRequire, Module } = require("node:module");

const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

for (const id of ["./typescript-shim.js", "@npmcli/arborist"]) {
  const file = sdk.resolve(id);
  const load = () => {
    delete require.cache[file];
    return require(file);
  };
  const exports = new Proxy({}, { get: (_, name) => name === "__esModule" || load()[name] });
  require.cache[file] = Object.assign(new Module(file), { exports, loaded: true });
}
