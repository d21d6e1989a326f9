import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";

/** The process's one registry, with what the routes count. Other parts register their own on it. */
export interface HttpMetrics {
  readonly registry: Registry;
  observe(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  /** Events by what became of them. */
  received(status: string): void;
}

export function createMetrics(): HttpMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "policycortex_http_requests_total",
    help: "HTTP requests answered",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "policycortex_http_request_seconds",
    help: "Time from a request to its answer",
    labelNames: ["method", "route"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const events = new Counter({
    name: "policycortex_events_received_total",
    help: "Events by what became of them",
    labelNames: ["status"],
    registers: [registry],
  });
  return {
    registry,
    observe: ({ method, route, status, seconds: took }) => {
      requests.inc({ method, route, status });
      seconds.observe({ method, route }, took);
    },
    received: (status) => events.inc({ status }),
  };
}
