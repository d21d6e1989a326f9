import { action } from "../../src/act/slack-send-message/index.ts";
import type { Messages } from "../../src/core/ports.ts";
import { contextOf, type Fixture } from "./fixture.ts";

export const fixture: Fixture = {
  action,
  cases: [{ title: "a channel by name", params: { channel: "#security-alerts", message: "acme-logs is closed" } }],
  badParams: [
    {},
    { channel: "security-alerts", message: "no # and no id" },
    { channel: "#a b", message: "a space" },
    { channel: "#security-alerts", message: "" },
    { channel: "#security-alerts", message: "x".repeat(3001) },
    { channel: 7, message: "x" },
  ],
  open: async ({ params }) => {
    const notices = new Map<string, { readonly channel: string; readonly text: string }>();
    // Once per key, as the port promises.
    const messages: Messages = {
      post: async ({ key, channel, text }) => {
        if (!notices.has(key)) notices.set(key, { channel, text });
        return `notice:${key}`;
      },
    };
    return {
      context: (overrides = {}) => contextOf({ params: action.params.parse(params), messages, ...overrides }),
      read: () => [...notices].map(([key, notice]) => ({ key, ...notice })),
      disturb: () => undefined,
      writes: () => [...notices.keys()],
      fault: () => undefined,
      secrets: [],
      close: async () => undefined,
    };
  },
};
