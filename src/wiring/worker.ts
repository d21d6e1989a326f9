import { createAnchor, seal } from "../audit/seal.ts";
import { createSigner } from "../audit/signing.ts";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../store/client.ts";
import { startLiveness, type Liveness } from "../store/liveness.ts";
import { startWorkerPool, type WorkerPool } from "../store/worker-pool.ts";

export interface WorkerParts {
  readonly store: Store;
  readonly log: Log;
  readonly clock: Clock;
  readonly secretKey: Buffer;
  /** Where checkpoints are anchored outside the database. */
  readonly anchor: string;
  /** A driver for one life of this worker: a new id means a new driver. */
  readonly drive: (workerId: string) => (runId: string, signal: AbortSignal) => Promise<void>;
  readonly wakeApproval: (id: string) => Promise<void>;
  readonly deliver: (id: string) => Promise<void>;
}
export interface RunningWorker {
  stop(): Promise<void>;
}

/** How many jobs one process works on at once. */
const concurrency = 40;
const sealEveryMs = 1_000;
const rebirthMs = 1_000;

interface Life {
  readonly liveness: Liveness;
  readonly pool: WorkerPool;
}

/** Take jobs until stopped. When the liveness connection is lost, everything in hand is dropped and a new life begins under a new id. */
export async function startWorker(parts: WorkerParts): Promise<RunningWorker> {
  let stopped = false;
  let life: Promise<Life> = begin();

  function begin(): Promise<Life> {
    return live(parts, () => {
      if (stopped) return;
      parts.log.warn({}, "the liveness connection was lost: returning under a new id");
      life = life.then(async ({ pool }) => {
        await pool.stop();
        return rebirth();
      });
    });
  }

  async function rebirth(): Promise<Life> {
    for (;;) {
      try {
        return await begin();
      } catch (error) {
        if (stopped) throw error;
        parts.log.warn({ error: String(error) }, "the worker cannot return yet");
        await parts.clock.sleep(rebirthMs);
      }
    }
  }

  await life;
  const sealing = startSealing(parts);
  return {
    async stop() {
      stopped = true;
      sealing.stop();
      const last = await life.catch(() => undefined);
      await last?.pool.stop();
      await last?.liveness.stop();
    },
  };
}

async function live(parts: WorkerParts, onLost: () => void): Promise<Life> {
  const liveness = await startLiveness(parts.store.url, parts.log, onLost);
  const tasks = { run: parts.drive(liveness.workerId), approval: parts.wakeApproval, notice: parts.deliver };
  const pool = await startWorkerPool(parts.store.jobs, tasks, concurrency, parts.log);
  await liveness.setPool(pool.id);
  return { liveness, pool };
}

/** Every second a signed checkpoint over what is new (DESIGN 6); the advisory lock lets one replica do it. */
function startSealing(parts: WorkerParts): { stop(): void } {
  const signer = createSigner(parts.secretKey);
  const anchor = createAnchor(parts.anchor);
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    seal(parts.store.housekeeping, signer, anchor)
      .catch((error: unknown) => parts.log.error({ error: String(error) }, "sealing the audit log failed"))
      .finally(() => (busy = false));
  }, sealEveryMs);
  return { stop: () => clearInterval(timer) };
}
