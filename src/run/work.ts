import type { ActionNode, EvaluateNode, GateNode, RestoreNode, VerifyNode } from "../core/graph.ts";
import { isFinished } from "../core/run.ts";
import type { RunCore, Token } from "./state.ts";

/** What a run needs next: one piece of work, or a wait. */
export type Work =
  | { readonly kind: "evaluate"; readonly node: EvaluateNode; readonly token: Token }
  | { readonly kind: "plan"; readonly node: GateNode; readonly token: Token }
  | { readonly kind: "ask"; readonly node: GateNode; readonly token: Token }
  | { readonly kind: "prepare"; readonly node: ActionNode | RestoreNode; readonly token: Token }
  | { readonly kind: "execute"; readonly node: ActionNode | RestoreNode; readonly token: Token }
  | { readonly kind: "tell"; readonly node: ActionNode; readonly token: Token }
  | { readonly kind: "verify"; readonly node: VerifyNode; readonly token: Token }
  | { readonly kind: "roll_back"; readonly node: string }
  /** Until a signal comes, or until `afterMs` has passed. */
  | { readonly kind: "wait"; readonly afterMs?: number }
  | { readonly kind: "none" };

/** The next work of a run. Pure: the same state at the same instant always gives the same work. */
export function nextWork(run: RunCore, now: Date): Work {
  if (isFinished(run.state) || run.state === "needs_attention") return { kind: "none" };
  if (run.state === "rolling_back") {
    const effect = run.data.effects.findLast((candidate) => !candidate.undone);
    return effect ? { kind: "roll_back", node: effect.node } : { kind: "none" };
  }
  const works = run.data.tokens.map((token) => workOf(run, token, now));
  const due = works.find((work) => work.kind !== "wait");
  if (due) return due;
  const delays = works.flatMap((work) => (work.kind === "wait" && work.afterMs !== undefined ? [work.afterMs] : []));
  return delays.length > 0 ? { kind: "wait", afterMs: Math.min(...delays) } : { kind: "wait" };
}

function workOf(run: RunCore, token: Token, now: Date): Work {
  const node = run.graph.nodes[token.node];
  const early = token.notBefore === undefined ? 0 : Date.parse(token.notBefore) - now.getTime();
  if (early > 0) return { kind: "wait", afterMs: early };
  if (token.phase === "waiting") return { kind: "wait" };
  switch (node?.kind) {
    case "evaluate":
      return { kind: "evaluate", node, token };
    case "gate":
      return { kind: token.phase === "asking" ? "ask" : "plan", node, token };
    case "action":
      if (!node.changesSomething) return { kind: "tell", node, token };
      return { kind: token.phase === "intended" ? "execute" : "prepare", node, token };
    case "restore":
      return { kind: token.phase === "intended" ? "execute" : "prepare", node, token };
    case "verify":
      return { kind: "verify", node, token };
    case "start":
    case "end":
    case undefined:
      return { kind: "none" };
  }
}
