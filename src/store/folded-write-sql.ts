/*
 * One statement for a batch of transitions ($1: JSON array of RunWrite). `won` is the fence: owner, epoch and revision
 * must be the ones that were read. Every other insert joins `won`, so that a fenced-off member leaves nothing behind.
 */
export const foldedWriteSql = `
WITH member AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS m(id uuid, owner uuid, epoch int, revision int, state text, reason text,
    data jsonb, finished boolean, release boolean, "auditSeq" int, "auditHead" text, audit jsonb, attempts jsonb, intents jsonb,
    notices jsonb, wants jsonb, consumed jsonb, "wakeAfterMs" float8, unlock boolean, priority int)
), locked AS MATERIALIZED (
  SELECT r.id FROM run r WHERE r.id IN (SELECT id FROM member) ORDER BY r.id FOR UPDATE SKIP LOCKED
), won AS MATERIALIZED (
  UPDATE run r SET state = m.state, reason = m.reason, data = m.data, finished = m.finished, revision = r.revision + 1,
    owner = CASE WHEN m.release THEN NULL ELSE r.owner END, audit_seq = m."auditSeq", audit_head = m."auditHead",
    updated_at = now(), finished_at = CASE WHEN m.finished THEN now() ELSE r.finished_at END
  FROM member m JOIN locked l ON l.id = m.id
  WHERE r.id = m.id AND r.owner = m.owner AND r.epoch = m.epoch AND r.revision = m.revision
  RETURNING r.id
), winner AS MATERIALIZED (
  SELECT m.* FROM member m JOIN won ON won.id = m.id
), audited AS (
  INSERT INTO audit_entry (tenant_id, subject_kind, subject_id, seq, at, action, actor, details, prev, hash)
  SELECT e."tenantId", e."subjectKind", e."subjectId", e.seq, e.at, e.action, e.actor, e.details, e.prev, e.hash
  FROM winner w, jsonb_to_recordset(w.audit) AS e("tenantId" text, "subjectKind" text, "subjectId" text, seq int, at text,
    action text, actor text, details jsonb, prev text, hash text)
), attempted AS (
  INSERT INTO attempt (run_id, node, iteration, n, tenant_id, status, started_at, finished_at, output, error)
  SELECT a."runId", a.node, a.iteration, a.n, a."tenantId", a.status, a."startedAt", a."finishedAt", a.output, a.error
  FROM winner w, jsonb_to_recordset(w.attempts) AS a("runId" uuid, node text, iteration int, n int, "tenantId" text, status text,
    "startedAt" timestamptz, "finishedAt" timestamptz, output jsonb, error jsonb)
  ON CONFLICT (run_id, node, iteration, n) DO UPDATE SET status = excluded.status, finished_at = excluded.finished_at,
    output = excluded.output, error = excluded.error
), intended AS (
  INSERT INTO intent (id, tenant_id, key, run_id, node, epoch, plan_digest, plan, call_deadline)
  SELECT i.id, i."tenantId", i.key, i."runId", i.node, i.epoch, i."planDigest", i.plan, now() + make_interval(secs => i."callTimeoutMs" / 1000)
  FROM winner w, jsonb_to_recordset(w.intents) AS i(id uuid, "tenantId" text, key text, "runId" uuid, node text, epoch int,
    "planDigest" text, plan jsonb, "callTimeoutMs" float8)
  ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, call_deadline = excluded.call_deadline
), told AS (
  INSERT INTO notice (id, tenant_id, kind, subject_kind, subject_id, dedupe_key, channel, thread_of, payload, priority)
  SELECT n.id, n."tenantId", n.kind, n."subjectKind", n."subjectId", n."dedupeKey", n.channel, n."threadOf", n.payload, n.priority
  FROM winner w, jsonb_to_recordset(w.notices) AS n(id uuid, "tenantId" text, kind text, "subjectKind" text, "subjectId" text,
    "dedupeKey" text, channel text, "threadOf" text, payload jsonb, priority int)
  ON CONFLICT (dedupe_key) DO NOTHING RETURNING id, priority
), want AS MATERIALIZED (
  SELECT x.key, min(x.priority) AS priority, min(x."delayMs") AS "delayMs"
  FROM winner w, jsonb_to_recordset(w.wants) AS x(key text, priority int, "delayMs" float8) GROUP BY x.key
), wanted AS (
  UPDATE notice SET wanted = notice.wanted + 1, updated_at = now() FROM want WHERE notice.dedupe_key = want.key
  RETURNING notice.id, want.priority, want."delayMs"
), consumed AS (
  DELETE FROM signal s USING winner w WHERE s.run_id = w.id AND w.consumed ? s.key
), unlocked AS (
  DELETE FROM resource_lock l USING winner w WHERE w.unlock AND l.run_id = w.id
), spec AS MATERIALIZED (
  SELECT array_agg((j.task, json_build_object('id', j.id), NULL, j.run_at, 25, j.task || ':' || j.id, j.priority, NULL)::graphile_worker.job_spec) AS specs
  FROM (
    SELECT 'run' AS task, w.id, now() + make_interval(secs => w."wakeAfterMs" / 1000) AS run_at, w.priority FROM winner w WHERE w."wakeAfterMs" IS NOT NULL
    UNION ALL SELECT 'notice', told.id, now(), told.priority FROM told
    UNION ALL SELECT 'notice', wanted.id, now() + make_interval(secs => wanted."delayMs" / 1000), wanted.priority FROM wanted
  ) j
), woken AS MATERIALIZED (
  SELECT count(*) AS jobs FROM spec, LATERAL graphile_worker.add_jobs(spec.specs) WHERE spec.specs IS NOT NULL
)
SELECT won.id::text AS id FROM won, woken`;

/** How members stand that did not come back from the statement above. */
export const membersStandingSql = `SELECT id::text AS id, owner::text AS owner, epoch, revision FROM run WHERE id = ANY($1::uuid[])`;
