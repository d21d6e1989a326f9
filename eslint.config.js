import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Who may import whom: the table of DESIGN section 2. `test/architecture.test.ts` checks the same table by reading imports. */
import { importTable, oneReader } from "./test/support/import-table.js";

/** A row of the table is a folder or a file below `src/`. */
const filesOf = (path) => `src/${path}${path.endsWith("/") ? "**/*.ts" : ""}`;

const restricted = (readers) => ["error", ...readers.map(({ selector, message }) => ({ selector, message }))];

export default defineConfig(
  { ignores: ["dist/", "node_modules/", "src/store/generated/", "coverage/"] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // A default is an answer too; without one, every member must be named.
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Numbers read the same in a template as everywhere.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `() => call()` is how a void callback is written; anything longer is told apart.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Ports are asynchronous; an adapter that has nothing to wait for is still one.
      "@typescript-eslint/require-await": "off",
      // `!` after a check the compiler cannot follow (an index just tested) beats a branch no test can reach.
      "@typescript-eslint/no-non-null-assertion": "off",
      // A failed call of Node or of a driver has a code: naming its type says which error is expected.
      "@typescript-eslint/use-unknown-in-catch-callback-variable": "off",
      // `async () => void (await call())` throws an answer away on purpose.
      "@typescript-eslint/no-meaningless-void-operator": "off",
      // The environment and headers are dictionaries: their keys come and go.
      "@typescript-eslint/no-dynamic-delete": "off",
      // `const { reason: _left, ...rest }` is how a field is left out.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
    },
  },
  { files: ["**/*.js", "**/*.mjs"], ...tseslint.configs.disableTypeChecked },
  ...importTable.map(({ folder, forbid }) => ({
    files: [filesOf(folder)],
    ignores: ["src/store/generated/**"],
    rules: { "no-restricted-imports": ["error", { patterns: forbid }] },
  })),
  { files: ["src/**/*.ts"], rules: { "no-restricted-syntax": restricted(oneReader) } },
  ...oneReader.map((reader) => ({
    files: reader.only.map(filesOf),
    rules: { "no-restricted-syntax": restricted(oneReader.filter((other) => other !== reader)) },
  })),
);
