import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** The server's half of RFC 6455, as much of it as Socket Mode needs: text, ping, pong, close; no extensions. */

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const opcodes = { continuation: 0x0, text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;
const MAX_MESSAGE = 4 * 1_024 * 1_024;

export interface Connection {
  send(text: string): void;
  ping(): void;
  close(code?: number): void;
  /** Cuts the connection without a word. */
  destroy(): void;
}

export interface Listener {
  onText(text: string): void;
  onClose(): void;
}

/** Answers the upgrade and speaks frames on the socket from then on; undefined when it is not a WebSocket request. */
export function acceptUpgrade(request: IncomingMessage, socket: Duplex, listener: Listener): Connection | undefined {
  const key = request.headers["sec-websocket-key"];
  if (request.headers.upgrade?.toLowerCase() !== "websocket" || key === undefined) {
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    return undefined;
  }
  const accept = createHash("sha1").update(`${key}${GUID}`).digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  const write = (opcode: number, payload: Buffer) => {
    if (socket.writable) socket.write(frame(opcode, payload));
  };
  const close = (code = 1_000) => {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    write(opcodes.close, payload);
    socket.end();
  };
  const read = reader((opcode, payload) => {
    if (opcode === opcodes.text) listener.onText(payload.toString("utf8"));
    else if (opcode === opcodes.ping) write(opcodes.pong, payload);
    else if (opcode === opcodes.close) close();
  });
  socket.on("data", (chunk: Buffer) => {
    if (!read(chunk)) socket.destroy();
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => listener.onClose());
  return {
    send: (text) => write(opcodes.text, Buffer.from(text)),
    ping: () => write(opcodes.ping, Buffer.alloc(0)),
    close,
    destroy: () => void socket.destroy(),
  };
}

/** One unmasked, unfragmented frame, which is how a server sends. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  let header: Buffer;
  if (length < 126) header = Buffer.from([0x80 | opcode, length]);
  else if (length < 65_536) {
    header = Buffer.from([0x80 | opcode, 126, 0, 0]);
    header.writeUInt16BE(length, 2);
  } else {
    header = Buffer.alloc(10);
    header.set([0x80 | opcode, 127]);
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}

/** Collects bytes into messages; false when the other side breaks the protocol or sends too much. */
function reader(onMessage: (opcode: number, payload: Buffer) => void): (chunk: Buffer) => boolean {
  let held = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let first = 0;
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const next = takeFrame(held);
      if (next === "bad") return false;
      if (next === undefined) return held.length <= MAX_MESSAGE;
      held = held.subarray(next.size);
      if (next.opcode >= opcodes.close) {
        onMessage(next.opcode, next.payload);
        continue;
      }
      if (next.opcode !== opcodes.continuation) {
        first = next.opcode;
        parts = [];
      }
      parts.push(next.payload);
      if (next.final) onMessage(first, Buffer.concat(parts));
    }
  };
}

function takeFrame(
  held: Buffer,
): { opcode: number; final: boolean; payload: Buffer; size: number } | "bad" | undefined {
  if (held.length < 2) return undefined;
  const masked = (held[1]! & 0x80) !== 0;
  if (!masked) return "bad";
  const short = held[1]! & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + lengthBytes + 4;
  if (held.length < start) return undefined;
  const length = short === 126 ? held.readUInt16BE(2) : short === 127 ? Number(held.readBigUInt64BE(2)) : short;
  if (length > MAX_MESSAGE) return "bad";
  if (held.length < start + length) return undefined;
  const mask = held.subarray(start - 4, start);
  const payload = Buffer.from(held.subarray(start, start + length));
  for (let index = 0; index < payload.length; index += 1) payload[index]! ^= mask[index % 4]!;
  return { opcode: held[0]! & 0x0f, final: (held[0]! & 0x80) !== 0, payload, size: start + length };
}
