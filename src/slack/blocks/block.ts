/** A block as JSON. Only `blocks/` writes them. */
export interface Block {
  readonly type: string;
  readonly block_id?: string;
  readonly [property: string]: unknown;
}
