import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { homeOf, oneReader, rowOf, rows } from "./support/import-table.js";

const root = fileURLToPath(new URL("..", import.meta.url));

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((path) => !path.startsWith("src/store/generated/"));
}

const textOf = (path: string) => readFileSync(join(root, path), "utf8");
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}
function importsOf(path: string): Import[] {
  const statement =
    /^\s*(?:import|export)\b(\s+type\b)?[^"'();]*?\bfrom\s+"([^"\n]+)";|^import\s+"([^"\n]+)";|\bimport\(\s*"([^"]+)"\s*\)/gm;
  return [...withoutComments(textOf(path)).matchAll(statement)].map((found) => ({
    specifier: (found[2] ?? found[3] ?? found[4])!,
    typeOnly: found[1] !== undefined,
  }));
}

const source = filesBelow("src").filter((path) => path.endsWith(".ts"));
/** Paths as the table writes them: below `src/`. */
const inTable = (path: string) => path.slice("src/".length);
const target = (path: string, specifier: string) => inTable(join(dirname(path), specifier));
const within = (place: string) => (path: string) => path === place || (place.endsWith("/") && path.startsWith(place));

/** Why this import breaks the table, or nothing. */
function complaint(path: string, { specifier }: Import): string | undefined {
  const file = inTable(path);
  const key = rowOf(file);
  const row = key === undefined ? undefined : rows[key];
  if (key === undefined || row === undefined) return "has no row in test/support/import-table.js";
  if (specifier.startsWith("node:"))
    return row.builtins === true || row.builtins.includes(specifier) ? undefined : row.why;
  if (!specifier.startsWith(".")) {
    const home = homeOf(specifier);
    if (home === undefined) return "is a package without a home in test/support/import-table.js";
    return home.some((place) => within(place)(file)) ? undefined : `the package's home is ${home.join(", ")}`;
  }
  const to = target(path, specifier);
  const everybody = key.startsWith("sandbox/") ? [] : ["core/"];
  const allowed = [key, ...everybody, ...row.may].some((place) => within(place)(to));
  // A row inside a folder is stricter than the folder: act/ may see connectors only because its row says so.
  return allowed ? undefined : row.why;
}

describe("who imports whom (DESIGN 2)", () => {
  test.each(Object.keys(rows).filter((key) => source.some((path) => within(key)(inTable(path)))))("%s", (key) => {
    const broken = source
      .filter((path) => rowOf(inTable(path)) === key)
      .flatMap((path) => importsOf(path).map((each) => ({ path, each, why: complaint(path, each) })))
      .filter(({ why }) => why !== undefined)
      .map(({ path, each, why }) => `${path} imports ${each.specifier}: ${why!}`);
    expect(broken).toEqual([]);
  });

  test("every source file has a row", () => {
    expect(source.filter((path) => rowOf(inTable(path)) === undefined)).toEqual([]);
  });

  test("the parser of imports sees what is there", () => {
    expect(importsOf("src/store/schema-engine.ts").map(({ specifier }) => specifier)).toEqual(
      expect.arrayContaining(["@prisma/adapter-pg", "node:url", "../core/errors.ts", "pg"]),
    );
    expect(complaint("src/core/errors.ts", { specifier: "../store/runs.ts", typeOnly: true })).toBeDefined();
    expect(complaint("src/sandbox/main.ts", { specifier: "../core/clock.ts", typeOnly: false })).toBeDefined();
    expect(complaint("src/run/driver.ts", { specifier: "pg", typeOnly: false })).toBeDefined();
  });

  test.each(["src/run/transition.ts", "src/approve/tally.ts", "src/decide/gate.ts"])(
    "%s reaches no database and nothing of Node",
    (start) => {
      const seen = new Set<string>();
      const waiting = [start];
      const outside: string[] = [];
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
        if (seen.has(path)) continue;
        seen.add(path);
        for (const { specifier, typeOnly } of importsOf(path)) {
          if (typeOnly) continue;
          if (specifier.startsWith(".")) waiting.push(join(dirname(path), specifier));
          else if (!["zod", "node:crypto", "js-yaml"].includes(specifier)) outside.push(`${path} imports ${specifier}`);
        }
      }
      expect([...seen].filter((path) => path.startsWith("src/store/"))).toEqual([]);
      expect(outside).toEqual([]);
    },
  );

  test.each(oneReader)("$message", ({ pattern, only }) => {
    const others = source.filter((path) => !only.some((place) => within(place)(inTable(path))));
    expect(others.filter((path) => pattern.test(withoutComments(textOf(path))))).toEqual([]);
  });
});

describe("the house", () => {
  const lines = (path: string) => textOf(path).split("\n").length - 1;
  const tests = filesBelow("test").filter((path) => /\.(ts|js)$/.test(path));

  test("source files have at most 250 lines, test files 400", () => {
    const code = [...filesBelow("src"), ...filesBelow("bin"), ...filesBelow("bench")];
    const long = code.filter((path) => /\.(ts|m?js|css|html)$/.test(path) && lines(path) > 250);
    expect([...long, ...tests.filter((path) => lines(path) > 400)]).toEqual([]);
  });

  test("nothing is called utils or helpers, and no file only passes on what others export", () => {
    const all = [...source, ...tests];
    expect(all.filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.\w+$)/.test(path))).toEqual([]);
    expect(all.filter((path) => /\/index\.[tj]s$/.test(path) && !/^src\/act\/[\w-]+\/index\.ts$/.test(path))).toEqual(
      [],
    );
    expect(all.filter((path) => /^export \* from/m.test(textOf(path)))).toEqual([]);
  });

  test("an action's folder exports its one action and nothing else", () => {
    const folders = readdirSync(join(root, "src/act"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "connectors")
      .map((entry) => entry.name);
    const exported = folders.map((name) => textOf(`src/act/${name}/index.ts`).match(/^export .*?(\w+)(?= =)/gm));
    expect(exported).toEqual(folders.map(() => ["export const action"]));
    const others = source.filter((path) => path.startsWith("src/act/") && /^\s+name: "/m.test(textOf(path)));
    expect(others.filter((path) => /defineAction[<(]/.test(textOf(path)) && !path.endsWith("/index.ts"))).toEqual([]);
    for (const name of folders)
      for (const path of source.filter((each) => each.startsWith(`src/act/${name}/`)))
        expect(
          importsOf(path).filter(({ specifier }) => /^\.\.\/(aws|slack|jira|pagerduty|smtp|http)-/.test(specifier)),
        ).toEqual([]);
  });

  test("every document of the repository has words, not only a title", () => {
    expect(filesBelow("docs").filter((path) => path.endsWith(".md") && lines(path) < 3)).toEqual([]);
  });
});
