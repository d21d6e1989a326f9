import { blockMethods } from "./blocks.ts";
import { chatMethods } from "./chat.ts";
import { conversationMethods } from "./conversations.ts";
import type { Method } from "./method.ts";
import { teamMethods } from "./team.ts";
import { userMethods } from "./users.ts";
import { viewMethods } from "./views.ts";

/** Every method the server knows; anything else is `unknown_method`. A new family is one file and one line here. */
export const methods = new Map<string, Method>(
  [teamMethods, chatMethods, viewMethods, conversationMethods, userMethods, blockMethods].flatMap(Object.entries),
);
