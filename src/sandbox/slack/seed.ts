import { randomFrom } from "./random.ts";
import type {
  Channel,
  MessageRecord,
  ResponseUrl,
  Settings,
  StoredMessage,
  StoredView,
  User,
  UserGroup,
} from "./types.ts";

/** Everything that outlives the process, as one JSON value. */
export interface WorkspaceData {
  team: { id: string; name: string; domain: string };
  app: { id: string; botUserId: string; botId: string; name: string };
  botToken: string;
  signingSecret: string;
  /** The one before the last rotation; Slack's own grace period is not modelled. */
  previousSecret?: string;
  /** For Socket Mode (`xapp-`). */
  appToken: string;
  verificationToken: string;
  /** Event types the app subscribes to. */
  events: string[];
  tokenRevoked: boolean;
  scopes: string[];
  settings: Settings;
  users: User[];
  groups: UserGroup[];
  channels: Channel[];
  messages: MessageRecord[];
  ephemerals: StoredMessage[];
  views: Record<string, StoredView[]>;
  homes: Record<string, StoredView>;
  responseUrls: ResponseUrl[];
  lastTs: string;
  counter: number;
}

const TEAM = "T0SANDBOX";
const BOT = "U0BOT";

/** What the bot's installation grants; `chat:write.public` is left out so that posting needs membership. */
const scopes = [
  "chat:write commands users:read users:read.email usergroups:read team:read im:write channels:read groups:read",
  "im:read channels:join channels:history groups:history im:history metadata.message:read files:write",
].flatMap((line) => line.split(" "));

/** What the bot's manifest subscribes to, and the Home tab. */
const events = [
  "app_home_opened app_uninstalled tokens_revoked user_change",
  "subteam_created subteam_updated subteam_members_changed",
].flatMap((line) => line.split(" "));

const people: [id: string, name: string, realName: string, title: string][] = [
  ["U0ANALYST", "ana", "Ana Analyst", "Security analyst"],
  ["U0SENIOR", "sam", "Sam Senior", "Senior analyst"],
  ["U0MANAGER", "mia", "Mia Manager", "Security manager"],
  ["U0LEAD", "leo", "Leo Lead", "Tech lead"],
  ["U0CISO", "cleo", "Cleo Ciso", "CISO"],
  ["U0CTO", "theo", "Theo Cto", "CTO"],
  ["U0OWNER", "olga", "Olga Owner", "Owner of acme-logs"],
  ["U0OUTSIDER", "otto", "Otto Outsider", "Sales"],
];

const groups: [id: string, handle: string, name: string, users: string[]][] = [
  ["S0SECURITY", "security", "Security team", ["U0ANALYST", "U0SENIOR", "U0MANAGER"]],
  ["S0CISO", "ciso", "CISO", ["U0CISO"]],
  ["S0CTO", "cto", "CTO", ["U0CTO"]],
  ["S0LEADS", "tech-leads", "Tech leads", ["U0LEAD"]],
  ["S0MANAGERS", "security-managers", "Security managers", ["U0MANAGER"]],
  ["S0SENIORS", "senior-analysts", "Senior analysts", ["U0SENIOR"]],
];

/** A new "acme" workspace with stable ids; only the secrets differ from one to the next. */
export function seedWorkspace(random = randomFrom(undefined)): WorkspaceData {
  const everyone = people.map(([id]) => id);
  return {
    team: { id: TEAM, name: "acme", domain: "acme" },
    app: { id: "A0POLICY", botUserId: BOT, botId: "B0BOT", name: "policycortex" },
    botToken: `xoxb-sandbox-${random(18)}`,
    signingSecret: random(16),
    appToken: `xapp-1-sandbox-${random(18)}`,
    verificationToken: random(12),
    events: [...events],
    tokenRevoked: false,
    scopes: [...scopes],
    settings: { homeTab: true, messagesTab: true, editWindowMinutes: null, fileUploads: true, userGroups: true },
    users: [...people.map(person), bot()],
    groups: groups.map(([id, handle, name, users]) => ({ id, handle, name, users: [...users] })),
    channels: [
      channel("C0ALERTS", "security-alerts", [...everyone, BOT]),
      channel("C0GENERAL", "general", everyone),
      channel("C0REPORTS", "security-reports", [...everyone, BOT]),
    ],
    messages: [],
    ephemerals: [],
    views: {},
    homes: {},
    responseUrls: [],
    lastTs: "0.000000",
    counter: 0,
  };
}

function person([id, name, real_name, title]: [string, string, string, string]): User {
  return user({ id, name, real_name, title, email: `${name}@example.com`, is_bot: false });
}

function bot(): User {
  return user({ id: BOT, name: "policycortex", real_name: "PolicyCortex", title: "", email: "", is_bot: true });
}

function user(own: Pick<User, "id" | "name" | "real_name" | "title" | "email" | "is_bot">): User {
  const flags = { deleted: false, is_restricted: false, is_ultra_restricted: false, is_stranger: false };
  return { ...own, ...flags, tz: "Europe/Berlin", team_id: TEAM };
}

function channel(id: string, name: string, members: string[]): Channel {
  return {
    id,
    name,
    kind: "public",
    members: [...members],
    archived: false,
    ext_shared: false,
    created: 1_750_000_000,
  };
}
