/** How Security Hub writes one control: `security-control/S3.2`, or the id behind a standard's name and version. */
const standards =
  /^(?:security-control|aws-foundational-security-best-practices\/v\/[\d.]+|pci-dss\/v\/[\d.]+|nist-800-53\/v\/[\d.]+)\/(.+)$/;

/**
 * The policy name that a control id or finding type stands for (`policies:` document). The spelling itself comes first,
 * then the bare control id behind a standard, then the longest entry that ends in `*`. CIS ids are only found in full,
 * because `1.3` means something else in every version.
 */
export function policyNameFor(names: ReadonlyMap<string, string>, id: string): string | undefined {
  const exact = names.get(id) ?? names.get(standards.exec(id)?.[1] ?? id);
  if (exact !== undefined) return exact;
  let best: string | undefined;
  for (const pattern of names.keys())
    if (
      pattern.endsWith("*") &&
      id.startsWith(pattern.slice(0, -1)) &&
      (best === undefined || pattern.length > best.length)
    )
      best = pattern;
  return best === undefined ? undefined : names.get(best);
}
