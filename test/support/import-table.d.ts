export interface Row {
  /** Paths below `src/`; a trailing slash means the whole folder. */
  readonly may: readonly string[];
  readonly builtins: true | readonly string[];
  readonly why: string;
}
export const rows: Readonly<Record<string, Row>>;
export const oneReader: readonly { pattern: RegExp; selector: string; only: readonly string[]; message: string }[];
export const importTable: readonly { folder: string; forbid: readonly { regex: string; message: string }[] }[];
export function rowOf(file: string): string | undefined;
export function homeOf(specifier: string): readonly string[] | undefined;
