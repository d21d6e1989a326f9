import tseslint from "typescript-eslint";

/** Who may import whom: the table of DESIGN section 2. `test/architecture.test.ts` checks the same table by reading imports. */
import { importTable } from "./test/support/import-table.js";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "src/store/generated/", "src/sandbox/page/", "coverage/"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["*.js", "*.mjs", "bin/*.mjs", "test/support/*.js", "bench/*.mjs"] } },
    },
  },
  {
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  { files: ["**/*.js", "**/*.mjs"], ...tseslint.configs.disableTypeChecked },
  ...importTable.map(({ folder, forbid }) => ({
    files: [`src/${folder}/**/*.ts`],
    ignores: ["src/store/generated/**"],
    rules: { "no-restricted-imports": ["error", { patterns: forbid }] },
  })),
);
