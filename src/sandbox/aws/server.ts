import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { AwsError } from "./aws-error.ts";
import type { AwsCall } from "./call-log.ts";
import { CallLog } from "./call-log.ts";
import { Consistency } from "./consistency.ts";
import type { FaultRule } from "./faults.ts";
import { Faults } from "./faults.ts";
import type { Gateway } from "./gateway.ts";
import { serveCall } from "./gateway.ts";
import { refusal } from "./guard.ts";
import { requestId } from "./identifiers.ts";
import { isPageRequest, servePage, text } from "./page.ts";
import { xmlFailure } from "./protocol/rest-xml.ts";
import { EXTERNAL_ID, firstState } from "./seed.ts";
import type { SeedName } from "./seeds/scenarios.ts";
import { seedScenario } from "./seeds/scenarios.ts";
import { loadState, StateFile } from "./state-file.ts";
import { AwsState } from "./state.ts";
import { Switches } from "./switches.ts";
import type { WireAnswer } from "./wire.ts";
import { readRequest, requestLine } from "./wire.ts";

export interface AwsSandboxOptions {
  /** 127.0.0.1 when absent; only loopback addresses are accepted. */
  host?: string;
  /** 0, any free port, when absent. */
  port?: number;
  /** Where the state is kept between starts; only in memory when absent. */
  stateFile?: string;
  /** Added to every API call. */
  latencyMs?: number;
}

/** A running stand-in for AWS. */
export interface AwsSandbox {
  /** The browser page. */
  readonly url: string;
  /** The `endpoint` of AWS clients; S3 clients also need `forcePathStyle`. */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly accountId: string;
  readonly region: string;
  /** What the role `PolicyCortexRemediation` of each account asks for. */
  readonly externalId: string;
  /** In-process access for tests. */
  readonly state: AwsState;
  calls(): AwsCall[];
  setFault(rule: FaultRule): void;
  clearFaults(): void;
  /** Permission errors, latency, eventual consistency and rates, until they are set again. */
  readonly switches: Switches;
  seed(name: SeedName): void;
  /** Ends connections, saves the state and frees the port. */
  stop(): Promise<void>;
}

/** Starts the stand-in. */
export async function startAws(options: AwsSandboxOptions = {}): Promise<AwsSandbox> {
  const host = options.host ?? "127.0.0.1";
  if (!["127.0.0.1", "::1", "localhost"].includes(host)) throw new Error(`sandbox AWS: ${host} is not loopback`);
  const { state, file } = openState(options.stateFile);
  const key = state.defaultAccount.keys.find((candidate) => candidate.user === "policycortex");
  if (key === undefined) throw new Error("sandbox AWS: the state has no key of the user policycortex");
  const faults = new Faults();
  const log = new CallLog();
  const switches = new Switches(options.latencyMs ?? 0);
  const gateway: Gateway = { state, faults, switches, consistency: new Consistency(), log };
  const server = createServer((message, response) => void serve(gateway, message, response));
  const url = await listen(server, host, options.port ?? 0);
  return {
    url,
    endpoint: url,
    accessKeyId: key.accessKeyId,
    secretAccessKey: key.secretAccessKey,
    accountId: state.data.defaultAccountId,
    region: state.data.region,
    externalId: EXTERNAL_ID,
    state,
    calls: () => log.list(),
    setFault: (rule) => faults.set(rule),
    clearFaults: () => faults.clear(),
    switches,
    seed: (name) => {
      seedScenario(state, name, new Date());
    },
    stop: async () => {
      await close(server);
      file?.save();
    },
  };
}

function openState(path: string | undefined): { readonly state: AwsState; readonly file: StateFile | undefined } {
  if (path === undefined) return { state: new AwsState(firstState(new Date())), file: undefined };
  const data = loadState(path) ?? firstState(new Date());
  const file = new StateFile(path, () => data);
  // The keys of a first start are handed out at once, so they are kept at once.
  file.save();
  return { state: new AwsState(data, () => file.schedule()), file };
}

async function serve(gateway: Gateway, message: IncomingMessage, response: ServerResponse): Promise<void> {
  let answer: WireAnswer | null;
  try {
    answer = await answerTo(gateway, message);
  } catch (error) {
    const known = error instanceof AwsError ? error : new AwsError("InternalError", 500, String(error));
    answer = xmlFailure(known, requestLine(message), requestId());
  }
  if (answer === null) {
    message.socket.destroy();
    return;
  }
  // A 204 has no length, and the answer to HEAD states the length of what GET would send.
  const length = answer.status === 204 ? {} : { "content-length": String(Buffer.byteLength(answer.body)) };
  response.writeHead(answer.status, { ...length, ...answer.headers });
  response.end(answer.body);
}

async function answerTo(gateway: Gateway, message: IncomingMessage): Promise<WireAnswer | null> {
  const line = requestLine(message);
  const refused = refusal(line);
  if (refused !== undefined) return text(403, refused);
  const request = await readRequest(message);
  return isPageRequest(line) ? servePage(request, gateway) : serveCall(gateway, request);
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      resolve(`http://${host.includes(":") ? `[${host}]` : host}:${String(bound)}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Keep-alive connections of clients would hold the port for seconds.
    server.closeAllConnections();
  });
}
