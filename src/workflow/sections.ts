import { isJsonObject, type Json } from "../core/json.ts";
import { nameHint } from "../expression/suggest.ts";
import { documentProblem, type Problem } from "./problem.ts";
import { readYaml } from "./read-yaml.ts";
import type { Positions, SourceFile } from "./source.ts";

/** The top-level keys a document is recognised by (DESIGN 7). */
const sectionKeys = [
  "workflow",
  "conditions",
  "approval_matrix",
  "approval_chain",
  "approval_chains",
  "remediation_policies",
  "approvers",
  "permissions",
  "policies",
  "settings",
] as const;
type SectionKey = (typeof sectionKeys)[number];
/** Keys of the language that this version does not load yet: named as such instead of as a typing mistake. */
const laterKeys: readonly string[] = ["accounts", "request", "templates"];

/** One top-level key of one file. */
export interface Section {
  readonly key: SectionKey;
  readonly value: Json;
  readonly positions: Positions;
}

export interface Sections {
  readonly sections: readonly Section[];
  readonly problems: readonly Problem[];
  /** Whether some file that is not plainly a workflow could not be read: a policy may be missing then. */
  readonly policyLost: boolean;
}

/** Splits files into sections; a file may hold several, as the remediation seed does. */
export function readSections(files: readonly SourceFile[]): Sections {
  const sections: Section[] = [];
  const problems: Problem[] = [];
  let policyLost = false;
  for (const file of files) {
    const parsed = readYaml(file);
    if (!parsed.ok) {
      policyLost ||= !/^workflow[ \t]*:/m.test(file.text);
      problems.push(...parsed.problems);
      continue;
    }
    const { value, positions } = parsed;
    if (!isJsonObject(value)) {
      policyLost = true;
      problems.push(
        documentProblem(
          "a document is a mapping with a top-level key",
          positions.value([]),
          `known: ${sectionKeys.join(", ")}`,
        ),
      );
      continue;
    }
    for (const [key, part] of Object.entries(value)) {
      if (isSectionKey(key)) sections.push({ key, value: part, positions });
      else {
        policyLost = true;
        problems.push(unknownKey(key, positions));
      }
    }
  }
  return { sections, problems, policyLost };
}

function isSectionKey(key: string): key is SectionKey {
  return (sectionKeys as readonly string[]).includes(key);
}

function unknownKey(key: string, positions: Positions): Problem {
  if (laterKeys.includes(key))
    return documentProblem(
      `${key} is not supported by this version`,
      positions.key([key]),
      `supported: ${sectionKeys.join(", ")}`,
    );
  return documentProblem(
    `unknown top-level key ${key}`,
    positions.key([key]),
    nameHint(key, [...sectionKeys, ...laterKeys]),
  );
}
