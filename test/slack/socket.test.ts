import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { App, type Receiver } from "@slack/bolt";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { systemClock } from "../../src/core/clock.ts";
import { slackLogger } from "../../src/slack/clients.ts";
import { silentLog } from "../../src/core/log.ts";
import { createSocket } from "../../src/slack/socket.ts";

/* Just enough of Slack's side of Socket Mode: one address, one socket, text frames. */

let server: Server;
const sockets: Duplex[] = [];
const heard: string[] = [];
let refusals = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const { port } = server.address() as AddressInfo;
    const body =
      refusals-- > 0 ? { ok: false, error: "invalid_auth" } : { ok: true, url: `ws://127.0.0.1:${port}/link` };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.on("upgrade", (request, socket: Duplex) => {
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64"); // prettier-ignore
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`); // prettier-ignore
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (frame: Buffer) => heard.push(...textOf(frame)));
    send(socket, { type: "hello", num_connections: 1, connection_info: { app_id: "A0" } });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function send(socket: Duplex, message: unknown): void {
  const text = Buffer.from(JSON.stringify(message));
  const head = text.length < 126 ? Buffer.from([0x81, text.length]) : Buffer.from([0x81, 126, text.length >> 8, text.length & 255]); // prettier-ignore
  socket.write(Buffer.concat([head, text]));
}

/** Text of a client's frame (always masked). */
function textOf(frame: Buffer): string[] {
  if ((frame[0]! & 0x0f) !== 1) return [];
  const short = frame[1]! & 0x7f;
  const at = short === 126 ? 4 : 2;
  const length = short === 126 ? frame.readUInt16BE(2) : short;
  const mask = frame.subarray(at, at + 4);
  return [
    Buffer.from(frame.subarray(at + 4, at + 4 + length).map((byte, index) => byte ^ mask[index % 4]!)).toString(),
  ];
}

async function until(look: () => boolean): Promise<void> {
  for (let n = 0; n < 200 && !look(); n++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(look()).toBe(true);
}

test("Socket Mode: envelopes reach the listeners and are acknowledged; a lost or refused connection comes back", async () => {
  const none: Receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };
  const app = new App({ receiver: none, authorize: async () => ({ botToken: "xoxb-x", botId: "B", botUserId: "U" }), logger: slackLogger(silentLog) }); // prettier-ignore
  const clicked: string[] = [];
  app.action("approval.approve", async ({ ack }) => {
    await ack();
    clicked.push("approve");
  });
  refusals = 1;
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  const socket = createSocket(app, { appToken: "xapp-1", botToken: "xoxb-x", apiUrl }, { clock: systemClock, log: silentLog }); // prettier-ignore
  await socket.start();
  await until(() => sockets.length === 1);
  const payload = { type: "block_actions", team: { id: "T" }, user: { id: "U1" }, actions: [{ type: "button", action_id: "approval.approve", block_id: "b" }] }; // prettier-ignore
  const envelope = (id: string) => ({ envelope_id: id, type: "interactive", accepts_response_payload: true, payload });
  await new Promise((resolve) => setTimeout(resolve, 200));
  send(sockets[0]!, envelope("one"));
  await until(() => heard.some((text) => text.includes("one")));
  expect(clicked).toEqual(["approve"]);
  sockets[0]!.destroy();
  await until(() => sockets.length === 2);
  await new Promise((resolve) => setTimeout(resolve, 200));
  send(sockets[1]!, envelope("two"));
  await until(() => heard.some((text) => text.includes("two")));
  await socket.stop();
});
