-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "email" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "slack_identity" (
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "slack_identity_pkey" PRIMARY KEY ("team_id","user_id")
);

-- CreateTable
CREATE TABLE "event" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "sender" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "decision" JSONB,
    "reason" TEXT,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_key" (
    "tenant_id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "event_id" UUID NOT NULL,

    CONSTRAINT "event_key_pkey" PRIMARY KEY ("tenant_id","source","key")
);

-- CreateTable
CREATE TABLE "finding" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "policy_name" TEXT,
    "resource_id" TEXT,
    "severity" TEXT,
    "first_seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workflow_version" (
    "digest" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "loaded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workflow_version_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "workflow" TEXT NOT NULL,
    "workflow_digest" TEXT NOT NULL,
    "event_id" UUID,
    "finding_id" UUID,
    "parent_id" UUID,
    "requester_person_id" UUID,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "data" JSONB NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "owner" UUID,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "priority" INTEGER NOT NULL DEFAULT 5,
    "dedupe_key" TEXT NOT NULL,
    "concurrency_key" TEXT,
    "finished" BOOLEAN NOT NULL DEFAULT false,
    "audit_seq" INTEGER NOT NULL DEFAULT 0,
    "audit_head" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "run_id" UUID NOT NULL,
    "node" TEXT NOT NULL,
    "iteration" INTEGER NOT NULL DEFAULT 0,
    "n" INTEGER NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "finished_at" TIMESTAMPTZ(6),
    "output" JSONB,
    "error" JSONB,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("run_id","node","iteration","n")
);

-- CreateTable
CREATE TABLE "intent" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "run_id" UUID NOT NULL,
    "node" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "plan_digest" TEXT NOT NULL,
    "plan" JSONB NOT NULL,
    "call_deadline" TIMESTAMPTZ(6) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "intent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource_lock" (
    "tenant_id" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "run_id" UUID NOT NULL,
    "acquired_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resource_lock_pkey" PRIMARY KEY ("tenant_id","resource")
);

-- CreateTable
CREATE TABLE "signal" (
    "run_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signal_pkey" PRIMARY KEY ("run_id","key")
);

-- CreateTable
CREATE TABLE "approval" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "run_id" UUID NOT NULL,
    "node" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "plan_digest" TEXT NOT NULL,
    "plan" JSONB NOT NULL,
    "impact" TEXT NOT NULL,
    "card" JSONB NOT NULL,
    "requester_person_id" UUID,
    "owner" TEXT,
    "escalation" JSONB,
    "expiry_roles" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "escalate_at" TIMESTAMPTZ(6),
    "escalated_at" TIMESTAMPTZ(6),
    "decided_at" TIMESTAMPTZ(6),
    "decision_reason" TEXT,
    "audit_seq" INTEGER NOT NULL DEFAULT 0,
    "audit_head" TEXT NOT NULL,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stage" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "approval_id" UUID NOT NULL,
    "idx" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "roles" JSONB NOT NULL,
    "required" INTEGER NOT NULL,
    "state" TEXT NOT NULL,

    CONSTRAINT "stage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vote" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "approval_id" UUID NOT NULL,
    "stage" INTEGER NOT NULL,
    "person_id" UUID NOT NULL,
    "choice" TEXT NOT NULL,
    "reason" TEXT,
    "via" TEXT NOT NULL,
    "seat" TEXT,
    "cast_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "candidate" (
    "person_id" UUID NOT NULL,
    "approval_id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,

    CONSTRAINT "candidate_pkey" PRIMARY KEY ("person_id","approval_id")
);

-- CreateTable
CREATE TABLE "notice" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "channel" TEXT,
    "thread_of" TEXT,
    "payload" JSONB NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 5,
    "wanted" INTEGER NOT NULL DEFAULT 1,
    "shown" INTEGER NOT NULL DEFAULT 0,
    "state" TEXT NOT NULL DEFAULT 'open',
    "posting_at" TIMESTAMPTZ(6),
    "lease_until" TIMESTAMPTZ(6),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "team_id" TEXT,
    "channel_id" TEXT,
    "ts" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "slack_budget" (
    "bucket" TEXT NOT NULL,
    "next_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "slack_budget_pkey" PRIMARY KEY ("bucket")
);

-- CreateTable
CREATE TABLE "replay_key" (
    "key" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "replay_key_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "lock_key" BIGINT NOT NULL,
    "postmaster_start" TIMESTAMPTZ(6) NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(6) NOT NULL,
    "pool_id" TEXT,

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "control" (
    "tenant_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "control_pkey" PRIMARY KEY ("tenant_id","key")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "tenant_id" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "details" JSONB NOT NULL,
    "prev" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "xid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("subject_kind","subject_id","seq")
);

-- CreateTable
CREATE TABLE "audit_checkpoint" (
    "seq" INTEGER NOT NULL,
    "prev" TEXT NOT NULL,
    "from_xid" BIGINT NOT NULL,
    "to_xid" BIGINT NOT NULL,
    "entries" INTEGER NOT NULL,
    "root" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_checkpoint_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "person_tenant_id_key_key" ON "person"("tenant_id", "key");

-- CreateIndex
CREATE INDEX "slack_identity_person_id_idx" ON "slack_identity"("person_id");

-- CreateIndex
CREATE INDEX "event_tenant_id_received_at_idx" ON "event"("tenant_id", "received_at");

-- CreateIndex
CREATE UNIQUE INDEX "finding_tenant_id_fingerprint_key" ON "finding"("tenant_id", "fingerprint");

-- CreateIndex
CREATE INDEX "workflow_version_name_loaded_at_idx" ON "workflow_version"("name", "loaded_at");

-- CreateIndex
CREATE INDEX "run_open_owner" ON "run"("owner") WHERE (NOT finished);

-- CreateIndex
CREATE INDEX "run_parent_id_idx" ON "run"("parent_id");

-- CreateIndex
CREATE INDEX "run_event_id_idx" ON "run"("event_id");

-- CreateIndex
CREATE INDEX "run_finding_id_idx" ON "run"("finding_id");

-- CreateIndex
CREATE INDEX "run_tenant_id_created_at_idx" ON "run"("tenant_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "run_open_dedupe_key" ON "run"("tenant_id", "dedupe_key") WHERE (NOT finished);

-- CreateIndex
CREATE UNIQUE INDEX "intent_key_key" ON "intent"("key");

-- CreateIndex
CREATE INDEX "intent_run_id_idx" ON "intent"("run_id");

-- CreateIndex
CREATE INDEX "resource_lock_run_id_idx" ON "resource_lock"("run_id");

-- CreateIndex
CREATE INDEX "approval_tenant_id_created_at_idx" ON "approval"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "approval_pending_expires" ON "approval"("expires_at") WHERE (state = 'pending');

-- CreateIndex
CREATE UNIQUE INDEX "approval_run_id_node_revision_key" ON "approval"("run_id", "node", "revision");

-- CreateIndex
CREATE UNIQUE INDEX "stage_approval_id_idx_key" ON "stage"("approval_id", "idx");

-- CreateIndex
CREATE UNIQUE INDEX "vote_approval_id_stage_person_id_key" ON "vote"("approval_id", "stage", "person_id");

-- CreateIndex
CREATE INDEX "vote_person_id_idx" ON "vote"("person_id");

-- CreateIndex
CREATE INDEX "candidate_approval_id_idx" ON "candidate"("approval_id");

-- CreateIndex
CREATE UNIQUE INDEX "notice_dedupe_key_key" ON "notice"("dedupe_key");

-- CreateIndex
CREATE INDEX "notice_subject_id_idx" ON "notice"("subject_id");

-- CreateIndex
CREATE UNIQUE INDEX "notice_team_id_channel_id_ts_key" ON "notice"("team_id", "channel_id", "ts");

-- CreateIndex
CREATE INDEX "replay_key_expires_at_idx" ON "replay_key"("expires_at");

-- CreateIndex
CREATE INDEX "audit_entry_xid_idx" ON "audit_entry"("xid");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_prev_subject_id_key" ON "audit_entry"("prev", "subject_id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_checkpoint_prev_key" ON "audit_checkpoint"("prev");

-- AddForeignKey
ALTER TABLE "slack_identity" ADD CONSTRAINT "slack_identity_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage" ADD CONSTRAINT "stage_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vote" ADD CONSTRAINT "vote_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Audit is append-only for everybody, the owner of the tables included: grants keep the serving role out, triggers guard
-- where only one role is given.
CREATE FUNCTION policycortex_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END
$$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION policycortex_refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION policycortex_refuse_change();
CREATE TRIGGER audit_checkpoint_append_only BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION policycortex_refuse_change();
CREATE TRIGGER audit_checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION policycortex_refuse_change();
