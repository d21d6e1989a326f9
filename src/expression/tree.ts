import type { Json } from "../core/json.ts";

/*
 * The syntax tree of our Python subset (DESIGN 4, `reference/reliability.md` 3.1). Plain data: whoever holds a tree can
 * only hand it to `evaluate.ts` or `check.ts`; there is nothing in it to call.
 */

/** Where a node starts in its source; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**";
export type Comparator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in" | "is" | "is not";

export type Expression =
  | { readonly kind: "literal"; readonly value: Json; readonly at: Place }
  /** `LOW`, `MEDIUM`, `HIGH`, `CRITICAL`: ordered, DESIGN 7.3. */
  | { readonly kind: "level"; readonly value: string; readonly at: Place }
  | { readonly kind: "name"; readonly name: string; readonly at: Place }
  | { readonly kind: "attribute"; readonly of: Expression; readonly name: string; readonly at: Place }
  | { readonly kind: "index"; readonly of: Expression; readonly key: Expression; readonly at: Place }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[]; readonly at: Place }
  | { readonly kind: "not"; readonly of: Expression; readonly at: Place }
  | { readonly kind: "negate"; readonly of: Expression; readonly at: Place }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Place;
    }
  | {
      readonly kind: "logic";
      readonly operator: "and" | "or";
      readonly operands: readonly Expression[];
      readonly at: Place;
    }
  | { readonly kind: "compare"; readonly first: Expression; readonly rest: readonly Comparison[]; readonly at: Place }
  | {
      readonly kind: "choice";
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
      readonly at: Place;
    }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly at: Place }
  | { readonly kind: "dict"; readonly entries: readonly DictEntry[]; readonly at: Place };

export interface Comparison {
  readonly comparator: Comparator;
  readonly operand: Expression;
}
export interface DictEntry {
  readonly key: Expression;
  readonly value: Expression;
}

export type Statement =
  | { readonly kind: "assign"; readonly name: string; readonly value: Expression; readonly at: Place }
  | { readonly kind: "return"; readonly value: Expression; readonly at: Place }
  | {
      readonly kind: "if";
      readonly branches: readonly Branch[];
      readonly otherwise: readonly Statement[] | undefined;
      readonly at: Place;
    }
  | { readonly kind: "pass"; readonly at: Place };

export interface Branch {
  readonly test: Expression;
  readonly body: readonly Statement[];
}

export interface Script {
  readonly kind: "script";
  readonly body: readonly Statement[];
}
