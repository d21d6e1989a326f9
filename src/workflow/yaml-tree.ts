import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event, type ScalarEvent } from "js-yaml";

/*
 * Positions of everything in a YAML text, built from the parser's events: js-yaml's values carry none. The tree has the
 * same shape as the value, so a path into the value finds its place.
 */

type ScalarStyleName = "plain" | "quoted" | "literal" | "folded";

export interface YamlScalar {
  readonly kind: "scalar";
  readonly offset: number;
  /** The text as decoded, before it is taken for a number or a truth value. */
  readonly text: string;
  readonly style: ScalarStyleName;
  /** Indentation of a block text, in blanks. */
  readonly indent: number;
  readonly tagged: boolean;
}
export interface YamlEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}
interface YamlMapping {
  readonly kind: "mapping";
  readonly offset: number;
  readonly flow: boolean;
  readonly tagged: boolean;
  readonly entries: YamlEntry[];
}
interface YamlSequence {
  readonly kind: "sequence";
  readonly offset: number;
  readonly tagged: boolean;
  readonly items: YamlNode[];
}
export type YamlNode = YamlScalar | YamlMapping | YamlSequence;

interface Open {
  readonly node: YamlMapping | YamlSequence;
  key: YamlNode | undefined;
}

function scalarOf(source: string, event: ScalarEvent, emptyAt: number): YamlScalar {
  const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  const style = quoted
    ? "quoted"
    : event.style === SCALAR_STYLE.LITERAL_BLOCK
      ? "literal"
      : event.style === SCALAR_STYLE.FOLDED_BLOCK
        ? "folded"
        : "plain";
  return {
    kind: "scalar",
    // An empty value stands where its key stands; a quoted one starts at its quote.
    offset: event.valueStart < 0 ? emptyAt : event.valueStart - (quoted ? 1 : 0),
    text: event.valueStart < 0 ? "" : getScalarValue(source, event),
    style,
    indent: Math.max(0, event.indent),
    tagged: event.tagStart >= 0,
  };
}

/** The first document of an event list as a tree with offsets; undefined when there is none. */
export function treeOf(source: string, events: readonly Event[]): YamlNode | undefined {
  const open: Open[] = [];
  let root: YamlNode | undefined;
  const add = (node: YamlNode): void => {
    const parent = open.at(-1);
    if (parent === undefined) root ??= node;
    else if (parent.node.kind === "sequence") parent.node.items.push(node);
    else if (parent.key === undefined) parent.key = node;
    else {
      parent.node.entries.push({ key: parent.key, value: node });
      parent.key = undefined;
    }
  };
  for (const event of events) {
    const parent = open.at(-1);
    const emptyAt = parent?.key?.offset ?? parent?.node.offset ?? 0;
    if (event.type === EVENT_ID.SCALAR) add(scalarOf(source, event, emptyAt));
    else if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      const node: YamlMapping | YamlSequence =
        event.type === EVENT_ID.MAPPING
          ? { kind: "mapping", offset: event.start, flow: event.style === 2, tagged: event.tagStart >= 0, entries: [] }
          : { kind: "sequence", offset: event.start, tagged: event.tagStart >= 0, items: [] };
      add(node);
      open.push({ node, key: undefined });
    } else if (event.type === EVENT_ID.POP) open.pop();
  }
  return root;
}
