import type { Server } from "node:http";

import { timedOut } from "./send.ts";
import type { Request } from "./send.ts";
import type { JsonObject } from "./types.ts";
import { acceptUpgrade } from "./websocket.ts";
import type { Connection } from "./websocket.ts";
import type { Workspace } from "./workspace.ts";

/** Socket Mode (slack.md 2.11, 5.8): connections, envelopes and their acknowledgements. */
export interface SocketMode {
  /** The address for a new connection; good for one. */
  open(): string;
  /** Sends over one of the open connections; undefined when there is none. Rejects with a timeout. */
  deliver(request: Request, timeoutMs: number): Promise<{ status: number; answer: string }> | undefined;
  connections(): number;
  /** Tells every client to go, as Slack does when it refreshes a connection. */
  disconnect(reason: "warning" | "refresh_requested" | "link_disabled"): void;
  /** Cuts every connection without a word. */
  cut(): void;
}

interface Waiting {
  connection: Connection;
  resolve(answer: { status: number; answer: string }): void;
  reject(error: Error): void;
}

const MAX_CONNECTIONS = 10;
const PATH = "/link";

/** Takes WebSocket upgrades on the server. */
export function socketMode(server: Server, workspace: Workspace, url: () => string): SocketMode {
  const tickets = new Set<string>();
  const open = new Set<Connection>();
  const waiting = new Map<string, Waiting>();
  let turn = 0;

  const gone = (connection: Connection) => {
    open.delete(connection);
    for (const [id, one] of waiting)
      if (one.connection === connection) {
        waiting.delete(id);
        one.reject(new Error("the connection was lost"));
      }
  };
  const heard = (text: string) => {
    const { envelope_id: id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: JsonObject };
    const found = waiting.get(id ?? "");
    if (!found) return;
    waiting.delete(id ?? "");
    const empty = payload === undefined || Object.keys(payload).length === 0;
    found.resolve({ status: 200, answer: empty ? "" : JSON.stringify(payload) });
  };
  server.on("upgrade", (request, socket) => {
    const asked = new URL(request.url ?? "", "http://x");
    const ticket = asked.searchParams.get("ticket") ?? "";
    if (!asked.pathname.startsWith(PATH) || !tickets.delete(ticket)) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const connection = acceptUpgrade(request, socket, { onText: heard, onClose: () => connection && gone(connection) });
    if (!connection) return;
    greet(connection, workspace, open);
  });

  return {
    open() {
      const ticket = workspace.random(12);
      tickets.add(ticket);
      return `${url().replace(/^http/, "ws")}${PATH}/?ticket=${ticket}&app_id=${workspace.app.id}`;
    },
    deliver(request, timeoutMs) {
      const all = [...open];
      const connection = all[(turn += 1) % Math.max(1, all.length)];
      if (!connection) return undefined;
      const envelope = envelopeOf(request, workspace.nextId("EV"));
      return new Promise((resolve, reject) => {
        const id = String(envelope["envelope_id"]);
        waiting.set(id, { connection, resolve, reject });
        setTimeout(() => waiting.delete(id) && reject(timedOut()), timeoutMs).unref();
        connection.send(JSON.stringify(envelope));
      });
    },
    connections: () => open.size,
    disconnect(reason) {
      for (const connection of open) {
        connection.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "sandbox" } }));
        if (reason !== "warning") open.delete(connection);
      }
    },
    cut() {
      for (const connection of open) connection.destroy();
    },
  };
}

function greet(connection: Connection, workspace: Workspace, open: Set<Connection>): void {
  if (open.size >= MAX_CONNECTIONS) {
    connection.send(JSON.stringify({ type: "disconnect", reason: "too_many_websockets", debug_info: {} }));
    connection.close();
    return;
  }
  open.add(connection);
  const hello = {
    type: "hello",
    num_connections: open.size,
    debug_info: { host: "sandbox", approximate_connection_time: 18_060 },
    connection_info: { app_id: workspace.app.id },
  };
  connection.send(JSON.stringify(hello));
}

/** The same payload as over HTTP, in an envelope. */
function envelopeOf({ kind, body, retry }: Request, envelope_id: string): JsonObject {
  if (kind === "event") {
    const tried = { retry_attempt: retry?.num ?? 0, retry_reason: retry?.reason ?? "" };
    return { envelope_id, type: "events_api", payload: JSON.parse(body), accepts_response_payload: false, ...tried };
  }
  const form = new URLSearchParams(body);
  if (kind === "command")
    return {
      envelope_id,
      type: "slash_commands",
      payload: Object.fromEntries(form),
      accepts_response_payload: true,
    };
  const accepts_response_payload = kind === "view_submission" || kind === "block_suggestion";
  const payload = JSON.parse(form.get("payload") ?? "{}") as JsonObject;
  return { envelope_id, type: "interactive", payload, accepts_response_payload };
}
