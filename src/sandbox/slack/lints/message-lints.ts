import { isObject } from "../blocks/check.ts";
import { elementsOf } from "../blocks/validate.ts";
import { messageLimits } from "../limits.ts";
import { omit } from "../omit.ts";
import type { StoredMessage } from "../types.ts";
import { latest } from "../workspace.ts";
import { place } from "./lint.ts";
import type { Evidence, Lint, LintOptions, LintRule, Lints } from "./lint.ts";

/** Lints of what the bot wrote: messages and views. */

const generic = /^(message|notification|new message|update|this content can.t be displayed\.?)$/i;
const secrets =
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bxox[abeprs]-[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY|\bgh[pousr]_\w{20,}/;
const addresses = /[\w.+-]+@[\w-]+\.[\w.-]*\w/g;

function current({ workspace }: Evidence): StoredMessage[] {
  const own = (message: StoredMessage) => message.bot_id === workspace.app.botId && message.subtype !== "tombstone";
  return workspace.data.messages
    .filter(({ deleted }) => !deleted)
    .map(latest)
    .filter(own);
}

const text: Lints = (evidence) =>
  current(evidence).flatMap((message) => {
    const found = (rule: LintRule, detail: string): Lint => ({ rule, where: place(message), detail });
    const empty = message.blocks.length > 0 && (message.text.trim() === "" || generic.test(message.text.trim()));
    return [
      ...(empty ? [found("text_missing", `the notification would say "${message.text}"`)] : []),
      ...(message.text.length > messageLimits.updateText
        ? [found("text_too_long", `${message.text.length} characters cannot be sent again by chat.update`)]
        : []),
    ];
  });

const buttons: Lints = (evidence) =>
  current(evidence).flatMap((message) => {
    const elements = message.blocks.flatMap(elementsOf);
    const primary = elements.filter(({ style }) => style === "primary");
    const bare = elements.filter(({ style, confirm }) => style === "danger" && !isObject(confirm));
    return [
      ...(primary.length > 1
        ? [{ rule: "several_primary" as const, where: place(message), detail: `${primary.length} primary buttons` }]
        : []),
      ...bare.map(({ action_id }) => ({
        rule: "danger_without_confirm" as const,
        where: place(message),
        detail: String(action_id),
      })),
    ];
  });

const blockIds: Lints = ({ workspace }) =>
  workspace.data.messages.flatMap(({ versions }) =>
    versions.slice(1).flatMap((message, index) =>
      message.blocks
        .filter((block) => {
          const before = versions[index]!.blocks.find(({ block_id }) => block_id === block.block_id);
          return before && JSON.stringify(omit(before, "block_id")) !== JSON.stringify(omit(block, "block_id"));
        })
        .map(({ block_id }) => ({
          rule: "same_block_id" as const,
          where: place(message),
          detail: `"${block_id}" was kept across an update that changed the block`,
        })),
    ),
  );

/** Ids of everyone a message would notify. */
function mentioned(message: StoredMessage): string[] {
  const all = JSON.stringify([message.text, message.blocks]);
  const written = [...all.matchAll(/<(?:@|!subteam\^|!)(\w+)[^>]*>/g)].map((match) => match[1]!);
  const rich = [...all.matchAll(/"(?:user_id|usergroup_id|range)":"(\w+)"/g)].map((match) => match[1]!);
  return [...written, ...rich].filter((id) => id !== "date");
}

const mentions: Lints = (evidence, { mentions: allowed }) =>
  current(evidence).flatMap((message) =>
    mentioned(message)
      .filter((id) => (allowed ? !allowed.includes(id) : ["channel", "here", "everyone"].includes(id)))
      .map((id) => ({ rule: "mention" as const, where: place(message), detail: `mentions ${id}` })),
  );

/** Everything the bot wrote anywhere, also to one person only. */
function written(evidence: Evidence): { where: string; content: string }[] {
  const { views, homes, ephemerals } = evidence.workspace.data;
  const messages = [...current(evidence), ...ephemerals].map((message) => ({
    where: place(message),
    content: JSON.stringify([message.text, message.blocks, message.metadata]),
  }));
  const opened = [...Object.values(views).flat(), ...Object.values(homes)].map((view) => ({
    where: view.id,
    content: JSON.stringify([view.blocks, view.private_metadata]),
  }));
  return [...messages, ...opened];
}

const leaks: Lints = (evidence, { emails = [] }) =>
  written(evidence).flatMap(({ where, content }) => {
    const secret = secrets.exec(content)?.[0];
    const shown = [...content.matchAll(addresses)].map(([address]) => address).filter((one) => !emails.includes(one));
    return [
      ...(secret === undefined ? [] : [{ rule: "secret" as const, where, detail: `${secret.slice(0, 6)}…` }]),
      ...[...new Set(shown)].map((detail) => ({ rule: "email" as const, where, detail })),
    ];
  });

const shared: Lints = (evidence, { sharedChannels = [] }) =>
  current(evidence)
    .filter(({ channel }) => evidence.workspace.channel(channel)?.ext_shared === true)
    .filter(({ channel }) => !sharedChannels.includes(channel))
    .map((message) => ({ rule: "shared_channel", where: place(message), detail: "other organisations read this" }));

const live: Lints = (evidence, { settled = [], oncePerValue = [] }: LintOptions) => {
  const seen = new Map<string, string>();
  return current(evidence).flatMap((message) =>
    message.blocks.flatMap(elementsOf).flatMap(({ action_id: action, value }): Lint[] => {
      const where = place(message);
      const found: Lint[] = [];
      if (settled.includes(String(value)))
        found.push({ rule: "live_after_settled", where, detail: `${String(action)} ${String(value)}` });
      const key = `${String(action)} ${String(value)}`;
      if (oncePerValue.includes(String(action)) && (seen.get(key) ?? where) !== where)
        found.push({ rule: "two_live_cards", where, detail: `${key} is also live in ${seen.get(key)}` });
      seen.set(key, where);
      return found;
    }),
  );
};

export const messageLints: Lints[] = [text, buttons, blockIds, mentions, leaks, shared, live];
