import { h } from "./dom.js";

/** Names of people, groups and channels, for mentions and authors. Filled once the workspace is known. */
const known = { users: new Map(), groups: new Map(), channels: new Map(), me: undefined };

export function learnNames({ users, groups, channels }, me) {
  known.users = new Map(users.map((user) => [user.id, user]));
  known.groups = new Map(groups.map((group) => [group.id, group]));
  known.channels = new Map(channels.map((channel) => [channel.id, channel]));
  known.me = me;
}

export function userName(id) {
  if (id === "USLACKBOT") return "Slackbot";
  return known.users.get(id)?.real_name ?? id;
}

export function allUsers() {
  return [...known.users.values()].filter((user) => !user.is_bot);
}

export function allChannels() {
  return [...known.channels.values()].filter((channel) => channel.kind !== "im");
}

export function mentionUser(id) {
  return h("span", { class: id === known.me ? "mention me" : "mention" }, `@${userName(id)}`);
}

export function mentionGroup(id) {
  const group = known.groups.get(id);
  const mine = group?.users.includes(known.me);
  return h("span", { class: mine ? "mention me" : "mention" }, `@${group?.handle ?? id}`);
}

export function mentionChannel(id, fallback) {
  return h("span", { class: "mention" }, `#${known.channels.get(id)?.name ?? fallback ?? id}`);
}

/** A square with initials, coloured by id; decoration only. */
export function avatar(id) {
  const name = userName(id);
  const initials = name
    .split(" ")
    .map((part) => part[0] ?? "")
    .join("")
    .slice(0, 2);
  const hue = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  const square = h("span", { class: "avatar", "aria-hidden": "true" }, id === "U0BOT" ? "" : initials);
  square.style.setProperty("--hue", String(hue));
  if (id === "U0BOT") square.classList.add("bot");
  return square;
}
