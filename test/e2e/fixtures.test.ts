import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { fixtures, fixturesPresent, fixturesRequired } from "../ingest/fixtures.ts";
import { eventually } from "../support/eventually.ts";
import { postEvent } from "../support/finding.ts";
import { startProduct, type Product } from "../support/product.ts";
import { allBlocked, approveAsBoth, block, cards, offering, puts, says } from "./channel.ts";

/** Real findings of the field through the whole product (point 4 of the promise). */

if (!fixturesPresent)
  test("SKIPPED: ../shared/fixtures/events is not there, no real finding went through the product", () => {
    if (fixturesRequired) throw new Error("CI needs the fixtures: ../shared/fixtures/events is missing");
    process.stderr.write("SKIPPED: ../shared/fixtures/events is not there, no real finding went through the product\n");
  });
else describe("real findings", () => real());

interface Asff {
  readonly [field: string]: unknown;
}

/** A real finding about public write access, about our bucket and failing, in the envelope that EventBridge delivers. */
function envelope(control: string) {
  const { bytes } = fixtures().find(({ file }) => file === "asff--asr--afsbp-s3.3.json")!;
  const found = JSON.parse(bytes.toString()) as Asff;
  const finding = {
    ...found,
    Id: `${String(found["Id"])}-${control}`,
    AwsAccountId: "123456789012",
    GeneratorId: `aws-foundational-security-best-practices/v/1.0.0/${control}`,
    ProductFields: { ...(found["ProductFields"] as object), ControlId: control },
    Severity: { Label: "HIGH" },
    FindingProviderFields: {},
    Compliance: { Status: "FAILED" },
    WorkflowState: "NEW",
    Workflow: { Status: "NEW" },
    Resources: [{ Type: "AwsS3Bucket", Id: "arn:aws:s3:::acme-logs", Partition: "aws", Region: "us-east-1" }],
  };
  return {
    version: "0",
    id: `00000000-0000-4000-8000-${control.replace(".", "").padStart(12, "0")}`,
    "detail-type": "Security Hub Findings - Imported",
    source: "aws.securityhub",
    account: "123456789012",
    time: "2026-11-22T00:00:00Z",
    region: "us-east-1",
    resources: [finding.Id],
    detail: { findings: [finding] },
  };
}

function real(): void {
  const held = {} as { product: Product };
  beforeAll(async () => {
    held.product = await startProduct();
  });
  afterAll(() => held.product.stop());

  test.each(["S3.2", "S3.3", "S3.8"])(
    "I1: a Security Hub event for %s becomes a card, and the bucket is fixed",
    async (control) => {
      const { product } = held;
      product.aws.seed("public-bucket");
      const before = puts(product.aws).length;
      const event = envelope(control);
      const answer = await postEvent(product, event);
      expect(answer).toMatchObject({ status: 202, results: [{ status: "accepted", decision: "approval" }] });
      expect((await postEvent(product, event)).results[0]?.status).toBe("duplicate");
      const card = await offering(product, "approval.approve");
      expect(await says(product, card, "acme-logs")).toContain("123456789012");
      await approveAsBoth(product, card);
      await says(product, card, /Done in/);
      expect(block(product.aws)).toEqual(allBlocked);
      expect(puts(product.aws)).toHaveLength(before + 1);
    },
  );

  test("I1: every file is accepted, ignored with a reason, or a clear 4xx; never a 5xx, never a card nobody asked for", async () => {
    const { product } = held;
    const before = cards(product).length;
    for (const { file, bytes } of fixtures()) {
      const type = file.endsWith(".yaml") ? { "content-type": "application/yaml" } : {};
      const answer = await postEvent(product, bytes, type);
      expect([file, answer.status < 500]).toEqual([file, true]);
      if (answer.status >= 300) expect(answer.error?.message).toMatch(/\S{3}/);
      for (const { status, reason } of answer.results) if (status === "ignored") expect(reason).toMatch(/\S{3}/);
    }
    const open = () => product.app.store.interactive.run.count({ where: { state: { in: ["pending", "running"] } } });
    await eventually(async () => (await open()) === 0, 30_000, "every run that these started has come to rest");
    // Other accounts' buckets: nothing of theirs is touched, and a person is told.
    expect(puts(product.aws).every(({ resource }) => resource === "acme-logs")).toBe(true);
    expect(cards(product).length - before).toBeLessThan(10);
  });
}
