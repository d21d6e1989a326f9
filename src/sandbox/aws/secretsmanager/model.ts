/** One version of a secret's value. */
export interface SecretVersion {
  readonly id: string;
  /** `AWSCURRENT`, `AWSPENDING`, `AWSPREVIOUS` or any label. */
  stages: string[];
  readonly text: string | null;
  /** Base64. */
  readonly binary: string | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description: string;
  tags: { readonly Key: string; readonly Value: string }[];
  readonly createdAt: number;
  changedAt: number;
  /** When DeleteSecret was called and when the secret ends; null while it is in use. */
  deletion: { readonly askedAt: number; readonly endsAt: number } | null;
  versions: SecretVersion[];
}
