import { load, parseEvents, YAMLException } from "js-yaml";
import type { Json } from "../core/json.ts";
import { isForbiddenName } from "../expression/limits.ts";
import { documentProblem, type Problem } from "./problem.ts";
import { lineStartsOf, locate, Positions, type SourceFile } from "./source.ts";
import { treeOf, type YamlNode, type YamlScalar } from "./yaml-tree.ts";

/** Size and nesting no honest document comes near (`reference/reliability.md` 3.3). */
const fileLimit = 256 * 1024;
const limits = { maxDepth: 32, maxAliases: 0 } as const;

type Parsed =
  | { readonly ok: true; readonly value: Json; readonly positions: Positions }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads one YAML file under the rules of I12 and I13: no aliases, merge keys, tags, duplicate keys, second documents or
 * prototype names; numbers that YAML would spoil are refused with advice to quote them.
 * @returns the value with the positions of all its parts, or the problems; never throws.
 */
export function readYaml(source: SourceFile): Parsed {
  const text = source.text.startsWith("\uFEFF") ? source.text.slice(1) : source.text;
  const start = { file: source.file, line: 1, column: 1 };
  if (text.length > fileLimit)
    return failed(
      documentProblem(
        `${text.length} characters are more than the ${fileLimit} a document may have`,
        start,
        "split it",
        "too_large",
      ),
    );
  try {
    const root = treeOf(text, parseEvents(text, limits));
    if (root === undefined) return failed(documentProblem("the file is empty", start));
    const positions = new Positions(source.file, text, root);
    const problems = checkNodes(root, positions);
    if (problems.length > 0) return { ok: false, problems };
    return { ok: true, value: load(text, limits) as Json, positions };
  } catch (error) {
    if (error instanceof YAMLException) return failed(syntaxProblem(source.file, text, error));
    throw error;
  }
}

function failed(problem: Problem): Parsed {
  return { ok: false, problems: [problem] };
}

const advice: readonly (readonly [RegExp, string, string?])[] = [
  [/maxAliases/, "aliases (*name) are not allowed", "write the value out"],
  [/scalar tag|collection tag|mapping tag|sequence tag/, "tags (!name) are not allowed", "leave the tag out"],
  [/single document/, "a second document in the file", "one document a file: remove ---"],
  [/is empty/, "the file is empty"],
  [/duplicated mapping key/, "this key stands twice", "remove one of them"],
  [/maxDepth|nesting/i, `nested deeper than ${limits.maxDepth}`],
  [/tab characters/, "a tab in the indentation", "indent with spaces"],
  [/null byte/, "a null byte"],
];

function syntaxProblem(file: string, text: string, error: YAMLException): Problem {
  const known = advice.find(([pattern]) => pattern.test(error.reason));
  const secondDocument = /^---/gm;
  secondDocument.lastIndex = 4;
  const offset =
    error.mark?.position ?? (/single document/.test(error.reason) ? (secondDocument.exec(text)?.index ?? 0) : 0);
  const location = locate(file, lineStartsOf(text), Math.min(offset, text.length));
  const line = text.split("\n")[location.line - 1] ?? "";
  const unquoted = /[:-]\s+\{\{/.test(line) ? `quote the value: "{{ … }}"` : undefined;
  return documentProblem(known?.[1] ?? error.reason, location, unquoted ?? known?.[2]);
}

/** Walks iteratively, in reading order, so that every problem of a file is told in one pass. */
function checkNodes(root: YamlNode, positions: Positions): Problem[] {
  const problems: Problem[] = [];
  const open: YamlNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.tagged)
      problems.push(documentProblem("tags (!name) are not allowed", positions.at(node.offset), "leave the tag out"));
    if (node.kind === "sequence") open.push(...node.items.toReversed());
    else if (node.kind === "scalar") problems.push(...checkScalar(node, positions));
    else
      for (const { key, value } of node.entries.toReversed()) {
        problems.push(...checkKey(key, positions));
        open.push(value);
      }
  }
  return problems;
}

function checkKey(key: YamlNode, positions: Positions): Problem[] {
  const at = positions.at(key.offset);
  if (key.kind !== "scalar") {
    const template = key.kind === "mapping" && key.flow;
    return [
      documentProblem(
        template ? "an unquoted {{ }}" : "a key that is not a text",
        at,
        template ? `quote the value: "{{ … }}"` : "write a plain key",
      ),
    ];
  }
  if (key.text === "<<") return [documentProblem("merge keys (<<) are not allowed", at, "write the keys out")];
  if (isForbiddenName(key.text)) return [documentProblem(`the key ${key.text} is not allowed`, at)];
  if (key.style === "plain" && /^(?:true|false|null|~|[-+]?[0-9.]+)$/i.test(key.text))
    return [documentProblem(`the key ${key.text} is not a text`, at, "quote it")];
  return [];
}

function checkScalar(node: YamlScalar, positions: Positions): Problem[] {
  const problem = (message: string, hint: string): Problem[] => [
    documentProblem(message, positions.at(node.offset), hint),
  ];
  if (node.style !== "plain") return [];
  const { text } = node;
  if (/^\d{12}$/.test(text))
    return problem(`${text} looks like an AWS account id and would be read as a number`, `quote it: "${text}"`);
  if (/^[-+]?0\d+$/.test(text)) return problem(`${text} would lose its leading zero`, `quote it: "${text}"`);
  const numeric = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : 0;
  if (Number.isInteger(numeric) && !Number.isSafeInteger(numeric))
    return problem(`${text} is beyond 2^53 and would lose digits`, `quote it: "${text}"`);
  if (/^[-+]?\.inf$|^\.nan$/i.test(text))
    return problem(`${text} is not a number that can be used`, "write a finite number, or quote it");
  if (/^0[xo]/i.test(text) && Number.isFinite(Number(text)))
    return problem(`${text} would be read as ${Number(text)}`, "write it in decimal, or quote it");
  return [];
}
