/** The sandbox's own routes. */

/** Does something as a person; resolves to the result, rejects with a message a reader understands. */
export async function act(operation, body = {}) {
  const response = await fetch(`/sandbox-api/${operation}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error?.message ?? answer.message ?? `HTTP ${response.status}`);
  return answer.result;
}

/** Reads what a person sees. */
export async function read(what, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const response = await fetch(`/sandbox-api/${what}?${new URLSearchParams(given)}`);
  if (!response.ok) throw new Error(`${what}: HTTP ${response.status}`);
  return response.json();
}

/** Calls back on every change, and with undefined after a lost connection is back. */
export function watch(onChange) {
  const source = new EventSource("/sandbox-api/stream");
  let opened = false;
  source.addEventListener("open", () => {
    if (opened) onChange(undefined);
    opened = true;
  });
  source.addEventListener("message", (event) => onChange(JSON.parse(event.data)));
}
