/**
 * Who may import whom: the table of DESIGN section 2, in one place. ESLint shows it while writing (`importTable`);
 * `test/architecture.test.ts` checks the same rows by reading every import of `src/`. Paths are below `src/`.
 */

/** What stands beside the stages and below the composition root. */
const stages = ["expression/", "workflow/", "decide/", "run/", "approve/", "audit/", "store/", "ingest/", "slack/"];

/**
 * Each row: what its files may import besides their own folder and `core/` (which everybody may, except the sandbox).
 * The longest path that fits a file is its row.
 */
export const rows = {
  "core/": { may: [], builtins: ["node:crypto"], why: "core is the words everyone shares: pure, only zod and digests" },
  "expression/": { may: [], builtins: [], why: "expression is pure" },
  "workflow/": { may: ["expression/"], builtins: [], why: "workflow is a language: pure, on text it is given" },
  // Policies are documents: their model, quorum and settings are workflow's.
  "decide/": {
    may: ["expression/", "workflow/"],
    builtins: [],
    why: "decide is pure: an event and policy in, a decision out",
  },
  "store/": { may: [], builtins: true, why: "store knows tables, not stages" },
  "audit/": { may: ["store/"], builtins: true, why: "audit stands on the store alone" },
  "ingest/": {
    may: ["store/", "audit/"],
    builtins: ["node:crypto"],
    why: "ingest turns outside events into ours and knows no later stage",
  },
  "approve/": { may: ["store/", "audit/", "expression/"], builtins: [], why: "approve knows votes, not runs or Slack" },
  "act/": {
    may: ["act/connectors/"],
    builtins: true,
    why: "an action sees its own connectors and the ports in its context",
  },
  "act/connectors/": { may: [], builtins: true, why: "a connector speaks to its provider and knows no action" },
  "run/": {
    may: ["workflow/", "decide/", "expression/", "store/", "audit/", "act/catalogue.ts", "act/define-action.ts"],
    builtins: [],
    why: "run is the engine: approve, slack and ingest reach it through ports",
  },
  "slack/": {
    may: ["pipeline.ts", "approve/", "run/", "report/", "store/"],
    builtins: true,
    why: "slack tells and asks; it neither acts nor decides",
  },
  "http/": { may: ["pipeline.ts", ...stages], builtins: true, why: "http is routes over the stages' public functions" },
  "cli/": {
    // `host/` is what its commands stand on; the catalogue names the actions of `workflow lint`, the connectors read for `workflow test`.
    may: ["pipeline.ts", "config.ts", "host/", "act/catalogue.ts", "act/connectors/connectors.ts", ...stages],
    builtins: true,
    why: "cli is one file a sub-command over the stages' public functions",
  },
  "sandbox/": { may: [], builtins: true, why: "the sandbox must not share code with what it tests" },
  "host/": {
    may: ["app.ts", "config.ts", "act/catalogue.ts", "run/", "store/", "workflow/"],
    builtins: true,
    why: "host is what a process stands on: database, sandbox process, keys, documents, serve",
  },
  "wiring/": {
    may: ["pipeline.ts", "act/", "http/", ...stages],
    builtins: [],
    why: "wiring is the composition root's rooms: it fills the surfaces' ports",
  },
  "pipeline.ts": { may: ["ingest/", "decide/", "run/", "store/"], builtins: [], why: "pipeline has no I/O of its own" },
  "config.ts": {
    may: ["config-variables.ts", "ingest/authenticate.ts"],
    builtins: ["node:fs", "node:util"],
    why: "config reads the environment",
  },
  "config-variables.ts": {
    may: ["ingest/authenticate.ts"],
    builtins: [],
    why: "one variable at a time, tokens as ingest hashes them",
  },
  "app.ts": {
    may: ["act/", "http/", "wiring/", "config.ts", "pipeline.ts", ...stages],
    builtins: [],
    why: "app builds and wires",
  },
  "main.ts": { may: ["cli/"], builtins: [], why: "main starts the command line" },
};

/**
 * Each package has one home, so that a better one can replace it there. A package of `src/` without a row is an error.
 */
const packageHomes = {
  zod: ["core/", "expression/", "workflow/", "ingest/", "act/", "http/", "sandbox/", "config-variables.ts"],
  "js-yaml": ["workflow/"],
  "@prisma/": ["store/"],
  pg: ["store/"],
  "graphile-worker": ["store/"],
  "@aws-sdk/": ["act/connectors/"],
  cockatiel: ["act/connectors/"],
  "@slack/": ["slack/"],
  fastify: ["http/", "sandbox/", "app.ts"],
  "prom-client": ["http/"],
  commander: ["cli/"],
  pino: ["host/"],
  dotenv: ["config.ts"],
};

/**
 * What only one file may touch. `selector` is for ESLint, `pattern` for the architecture test, `only` the files that may.
 * The sandbox stands in for other companies' servers, which have a clock of their own.
 */
export const oneReader = [
  {
    selector:
      ":matches(CallExpression[callee.object.name='Date'][callee.property.name='now'], NewExpression[callee.name='Date'][arguments.length=0])",
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    only: ["core/clock.ts", "sandbox/"],
    message: "only core/clock.ts reads the clock: take a Clock, or the time, as an argument",
  },
  {
    // A caller may hand the environment over whole; only config.ts looks inside.
    selector:
      "MemberExpression[object.name='process'][property.name='env']:not(CallExpression[callee.name='loadConfig'] > *)",
    pattern: /(?<!loadConfig\()process\.env\b/,
    only: ["config.ts"],
    message: "only config.ts reads the environment",
  },
];

/** The row of a file below `src/`: the longest path that fits. */
export function rowOf(file) {
  const fitting = Object.keys(rows).filter((path) => file === path || (path.endsWith("/") && file.startsWith(path)));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

/** The home of a package, or undefined when the table does not know it. */
export function homeOf(specifier) {
  const fits = (name) => specifier === name || specifier.startsWith(name.endsWith("/") ? name : `${name}/`);
  return packageHomes[Object.keys(packageHomes).find(fits)];
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
const anyOf = (texts) => (texts.length === 0 ? "(?!)" : `(?:${texts.map(escaped).join("|")})`);
const isAt = (path) => (home) => home === path || (home.endsWith("/") && path.startsWith(home));

/** For ESLint's `no-restricted-imports`, an entry a row; files whose name is used twice in `src/` are left to the test. */
export const importTable = Object.entries(rows).map(([path, { may, builtins, why }]) => {
  const own = `${path.split("/")[0]}/`;
  const known = Object.keys(rows).filter((other) => /^[a-z-]+\/$|^(pipeline|config|config-variables)\.ts$/.test(other));
  // In the sandbox `../slack/` is its own Slack; elsewhere `core/` is everybody's.
  const free = path === "sandbox/" ? [own, "slack/"] : [own, "core/"];
  const strange = known.filter((other) => !free.includes(other) && !may.includes(other));
  const foreign = Object.keys(packageHomes).filter((name) => !packageHomes[name].some(isAt(path)));
  const partly = may.filter((other) => !known.includes(other));
  const forbid = [
    { regex: `^(?:\\.{1,2}/)+(?!${anyOf(partly)})${anyOf(strange)}`, message: `${why} (DESIGN 2)` },
    {
      regex: `^${anyOf(foreign)}(?:/|$|(?<=/))`,
      message: `not here: the package's home is in test/support/import-table.js`,
    },
  ];
  if (builtins !== true)
    forbid.push({ regex: `^node:(?!${anyOf(builtins.map((name) => name.slice(5)))}$)`, message: why });
  return { folder: path, forbid };
});
