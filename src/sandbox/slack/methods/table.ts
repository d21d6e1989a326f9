import { blockMethods } from "./blocks.ts";
import { chatMethods } from "./chat.ts";
import { conversationMethods } from "./conversations.ts";
import { fileMethods } from "./files.ts";
import type { Method } from "./method.ts";
import { scheduledMethods } from "./scheduled.ts";
import { streamMethods } from "./streams.ts";
import { teamMethods } from "./team.ts";
import { userMethods } from "./users.ts";
import { viewMethods } from "./views.ts";

/** Every method the server knows; anything else is `unknown_method`. A new family is one file and one line here. */
export const methods = new Map<string, Method>(
  [
    teamMethods,
    chatMethods,
    scheduledMethods,
    streamMethods,
    viewMethods,
    conversationMethods,
    userMethods,
    blockMethods,
    fileMethods,
  ].flatMap(Object.entries),
);
