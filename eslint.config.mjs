import tseslint from "typescript-eslint";

export default tseslint.config(
  // The examples use an SDK that is generated where they are compiled: test/languages.
  { ignores: ["dist/", "node_modules/", "**/sdks/", "docs/examples/"] },
  {
    files: ["**/*.ts", "**/*.mts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ["./tsconfig.json", "./cli/web/page/tsconfig.json"] } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // An interface without members of its own gives the types that are derived from a definition their name.
      "@typescript-eslint/no-empty-object-type": ["error", { allowInterfaces: "with-single-extends" }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
);
