import { createPrivateKey, createPublicKey, hkdfSync, sign, verify, type KeyObject } from "node:crypto";
import { PolicyError } from "../core/errors.ts";

export interface SignatureVerifier {
  verify(text: string, signature: string): boolean;
}

export interface Signer extends SignatureVerifier {
  /** An Ed25519 signature, base64. */
  sign(text: string): string;
  /** For those who verify without the secret: SPKI, DER, base64. */
  readonly publicKey: string;
}

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * A signer whose key is derived from the installation's secret, so that one secret is kept and no two uses share a key.
 * @throws PolicyError `bad_config` when the secret is not 32 bytes.
 */
export function createSigner(secretKey: Buffer): Signer {
  if (secretKey.length !== 32)
    throw new PolicyError("bad_config", `POLICYCORTEX_SECRET_KEY has ${secretKey.length} bytes; 32 are needed`);
  const seed = Buffer.from(hkdfSync("sha256", secretKey, "", "policycortex audit checkpoint 1", 32));
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey);
  return {
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64"),
    publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    ...verifierOf(publicKey),
  };
}

/** Checks signatures with a public key as `createSigner` gives it. */
export function createVerifier(publicKey: string): SignatureVerifier {
  return verifierOf(createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" }));
}

function verifierOf(key: KeyObject): SignatureVerifier {
  return { verify: (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, "base64")) };
}
