import type { Block } from "../blocks/block.ts";
import type { HeldNotice } from "../../store/notice-delivery.ts";
import type { Urgency } from "./budget.ts";

/** A message as it should look now. */
export interface Message {
  /** What notifications and screen readers say; escaped, at most 4,000 characters. */
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Shown instead where Slack refuses the blocks: plainer, never wrong. */
  readonly plainBlocks: readonly Block[];
  /** A thread reply that the channel sees as well. */
  readonly broadcast: boolean;
  readonly urgency: Urgency;
}

/** A notice → its newest message; nothing when what it is about does not exist. */
export type Render = (notice: HeldNotice) => Promise<Message | undefined>;
