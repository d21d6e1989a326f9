import type { Person } from "../../../core/ports.ts";
import type { Answer } from "../../blocks/answers.ts";
import type { Desk } from "../../desk.ts";
import type { CommandLine } from "./words.ts";

interface Asked extends CommandLine {
  readonly person: Person;
  readonly channelId: string;
}

/** One word after `/policycortex`. */
export interface Subcommand {
  readonly name: string;
  /** As help shows it. */
  readonly usage: string;
  readonly does: string;
  answer(asked: Asked, desk: Desk): Promise<Answer>;
}
