import { isLevel } from "../core/level.ts";
import { builtIns } from "./functions.ts";
import { nameHint } from "./suggest.ts";
import type { Expression, Place, Script, Statement } from "./tree.ts";

/** What a document's expressions may name. Bare names are facts, which is an open set; dotted ones start at a root. */
export interface KnownNames {
  readonly roots: readonly string[];
  /** Steps that come before, for `steps.NAME.…`; absent where there are no steps at all. */
  readonly steps?: readonly string[];
}

/** One finding about an expression, at its place in the source. */
export interface Finding {
  readonly message: string;
  readonly hint?: string;
  readonly at: Place;
}

/** What a step leaves for later ones. */
const stepMembers = ["output", "passed", "facts"] as const;

/** Facts whose type the product fixes. */
const typedNames: Readonly<Record<string, StaticType>> = {
  risk_level: "level",
  severity: "level",
  impact: "level",
  entity_risk: "level",
  time: "text",
  business_hours: "truth",
  threat_score: "number",
};
type StaticType = "number" | "text" | "level" | "truth" | "none" | "list" | "dict";
const typeWords: Readonly<Record<StaticType, string>> = {
  number: "a number",
  text: "a text",
  level: "a level",
  truth: "a truth value",
  none: "None",
  list: "a list",
  dict: "a dict",
};

class Checker {
  readonly findings: Finding[] = [];
  private readonly known: KnownNames;
  private readonly locals = new Set<string>();

  constructor(known: KnownNames) {
    this.known = known;
  }

  statements(body: readonly Statement[]): void {
    for (const statement of body) {
      if (statement.kind === "if") {
        for (const branch of statement.branches) {
          this.expression(branch.test);
          this.statements(branch.body);
        }
        this.statements(statement.otherwise ?? []);
      } else if (statement.kind !== "pass") {
        this.expression(statement.value);
        if (statement.kind === "assign") this.locals.add(statement.name);
      }
    }
  }

  expression(node: Expression): void {
    const path = pathOf(node);
    if (path !== undefined) {
      this.path(path, node.at);
      return;
    }
    if (node.kind === "call") this.call(node);
    if (node.kind === "compare") this.comparison(node);
    for (const child of children(node)) this.expression(child);
  }

  /** `a.b.c`: its root must be known; a bare name may be any fact unless it looks like a misspelt level. */
  path(path: readonly string[], at: Place): void {
    const [root = "", second, third] = path;
    if (this.locals.has(root)) return;
    if (path.length === 1) {
      if (/^[A-Z][A-Z_]+$/.test(root))
        this.find(`unknown name ${root}`, at, nameHint(root, ["LOW", "MEDIUM", "HIGH", "CRITICAL"]));
      return;
    }
    if (!this.known.roots.includes(root)) this.find(`unknown name ${root}`, at, nameHint(root, this.known.roots));
    else if (root === "steps") this.step(second!, third, at);
  }

  private step(name: string, memberName: string | undefined, at: Place): void {
    const steps = this.known.steps ?? [];
    if (!steps.includes(name)) this.find(`no step ${name} comes before this`, at, nameHint(name, steps));
    else if (memberName !== undefined && !(stepMembers as readonly string[]).includes(memberName))
      this.find(`a step has no ${memberName}`, at, nameHint(memberName, stepMembers));
  }

  private call(node: Extract<Expression, { kind: "call" }>): void {
    const builtIn = builtIns.get(node.name);
    if (builtIn === undefined)
      this.find(`unknown function ${node.name}`, node.at, nameHint(node.name, [...builtIns.keys()]));
    else if (node.arguments.length < builtIn.least || node.arguments.length > builtIn.most)
      this.find(
        `${node.name} takes ${builtIn.least === builtIn.most ? builtIn.least : `${builtIn.least} to ${builtIn.most}`} values, not ${node.arguments.length}`,
        node.at,
      );
  }

  private comparison(node: Extract<Expression, { kind: "compare" }>): void {
    let left = node.first;
    for (const { comparator, operand } of node.rest) {
      if (["<", "<=", ">", ">="].includes(comparator)) this.ordering(comparator, left, operand);
      if (comparator === "in" || comparator === "not in") this.container(operand);
      left = operand;
    }
  }

  private ordering(comparator: string, left: Expression, right: Expression): void {
    const [a, b] = [staticType(left), staticType(right)];
    if (a === undefined || b === undefined) return;
    const ordered = a === b && ["number", "text", "level"].includes(a);
    if (!ordered)
      this.find(
        `${comparator} cannot compare ${typeWords[a]} with ${typeWords[b]}`,
        right.at,
        a === "level" || b === "level" ? "levels: LOW, MEDIUM, HIGH, CRITICAL" : undefined,
      );
  }

  private container(node: Expression): void {
    const type = staticType(node);
    if (type !== undefined && !["list", "dict", "text"].includes(type))
      this.find(`in cannot look into ${typeWords[type]}`, node.at);
  }

  private find(message: string, at: Place, hint?: string): void {
    this.findings.push({ message, at, ...(hint === undefined ? {} : { hint }) });
  }
}

function staticType(node: Expression): StaticType | undefined {
  if (node.kind === "level") return "level";
  if (node.kind === "list") return "list";
  if (node.kind === "dict") return "dict";
  if (node.kind === "negate") return "number";
  if (node.kind === "not") return "truth";
  if (node.kind === "name") return Object.hasOwn(typedNames, node.name) ? typedNames[node.name] : undefined;
  if (node.kind !== "literal") return undefined;
  if (node.value === null) return "none";
  if (typeof node.value === "string") return isLevel(node.value) ? "level" : "text";
  return typeof node.value === "number" ? "number" : "truth";
}

/** The segments of a plain path; undefined for anything that has to be computed. */
function pathOf(node: Expression): readonly string[] | undefined {
  if (node.kind === "name") return [node.name];
  if (node.kind === "attribute") {
    const of = pathOf(node.of);
    return of && [...of, node.name];
  }
  if (node.kind === "index" && node.key.kind === "literal" && typeof node.key.value === "string") {
    const of = pathOf(node.of);
    return of && [...of, node.key.value];
  }
  return undefined;
}

function children(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "literal":
    case "level":
    case "name":
      return [];
    case "attribute":
    case "not":
    case "negate":
      return [node.of];
    case "index":
      return [node.of, node.key];
    case "call":
      return node.arguments;
    case "binary":
      return [node.left, node.right];
    case "logic":
      return node.operands;
    case "compare":
      return [node.first, ...node.rest.map((comparison) => comparison.operand)];
    case "choice":
      return [node.test, node.then, node.otherwise];
    case "list":
      return node.items;
    case "dict":
      return node.entries.flatMap((entry) => [entry.key, entry.value]);
  }
}

/** Unknown roots, steps and functions, wrong counts of values, operands that can never be compared (issue 5 item 2). */
export function checkExpression(expression: Expression, known: KnownNames): readonly Finding[] {
  const checker = new Checker(known);
  checker.expression(expression);
  return checker.findings;
}

/** The same for a script; names it assigns are known from there on. */
export function checkScript(script: Script, known: KnownNames): readonly Finding[] {
  const checker = new Checker(known);
  checker.statements(script.body);
  return checker.findings;
}

/** The same for the path of one template. */
export function checkPath(path: readonly string[], known: KnownNames, bare: readonly string[]): Finding | undefined {
  const at = { line: 1, column: 1 };
  const [root = ""] = path;
  if (path.length === 1 && bare.includes(root)) return undefined;
  if (path.length === 1 && !known.roots.includes(root))
    return { message: `unknown name ${root}`, at, hint: nameHint(root, [...known.roots, ...bare]) };
  const checker = new Checker(known);
  checker.path(path, at);
  return checker.findings[0];
}
