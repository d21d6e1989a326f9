import type { Location } from "../core/errors.ts";
import type { YamlEntry, YamlNode } from "./yaml-tree.ts";

export interface SourceFile {
  /** As it is to be shown: usually the path the author gave. */
  readonly file: string;
  readonly text: string;
}

export type Path = readonly PropertyKey[];

/** A parsed file that can say where each of its values stands. */
export class Positions {
  readonly file: string;
  readonly root: YamlNode;
  private readonly lineStarts: readonly number[];

  constructor(file: string, text: string, root: YamlNode) {
    this.file = file;
    this.root = root;
    this.lineStarts = lineStartsOf(text);
  }

  at(offset: number): Location {
    return locate(this.file, this.lineStarts, offset);
  }

  /** The node at a path, or the nearest one above it that exists. */
  node(path: Path): YamlNode {
    let node = this.root;
    for (const segment of path) {
      const next = node.kind === "sequence" ? node.items[Number(segment)] : entryOf(node, segment)?.value;
      if (next === undefined) return node;
      node = next;
    }
    return node;
  }

  /** Where the value at a path stands; for a missing one, where its container stands. */
  value(path: Path): Location {
    return this.at(this.node(path).offset);
  }

  /** Where the key at the end of a path stands. */
  key(path: Path): Location {
    const parent = this.node(path.slice(0, -1));
    const entry = entryOf(parent, path.at(-1) ?? "");
    return this.at(entry?.key.offset ?? parent.offset);
  }

  /** The place inside a text value that a line and column of the decoded text mean. */
  inside(path: Path, line: number, column: number): Location {
    const node = this.node(path);
    const start = this.at(node.offset);
    if (node.kind !== "scalar") return start;
    if (node.style === "literal") return { file: this.file, line: start.line + line - 1, column: node.indent + column };
    if (node.style === "folded" || line > 1) return start;
    return { ...start, column: start.column + column - 1 + (node.style === "quoted" ? 1 : 0) };
  }
}

function entryOf(node: YamlNode, key: PropertyKey): YamlEntry | undefined {
  if (node.kind !== "mapping") return undefined;
  return node.entries.find((entry) => entry.key.kind === "scalar" && entry.key.text === String(key));
}

/** Offsets at which the lines of a text start. */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return starts;
}

/** Line and column, both from 1, of an offset. */
export function locate(file: string, lineStarts: readonly number[], offset: number): Location {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { file, line: low + 1, column: offset - lineStarts[low]! + 1 };
}
