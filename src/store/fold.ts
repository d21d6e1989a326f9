/**
 * Calls of different callers that are ready at the same moment, made as one: while a batch is out, the next members gather
 * and go together; an idle fold goes at once. Each caller gets its own answer after the whole batch has its.
 * @param call answers by key; a key without an answer gets undefined. Two callers of one key go in different batches.
 */
export function createFold<Answer>(
  call: (keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>,
  { lanes, size }: { readonly lanes: number; readonly size: number },
): (key: string) => Promise<Answer | undefined> {
  interface Waiting {
    readonly key: string;
    readonly settle: (answer: Answer | undefined) => void;
    readonly fail: (error: unknown) => void;
  }
  let queue: Waiting[] = [];
  let busy = 0;

  const pump = (): void => {
    while (busy < lanes && queue.length > 0) {
      const batch = new Map<string, Waiting>();
      const left: Waiting[] = [];
      for (const waiting of queue)
        if (batch.size < size && !batch.has(waiting.key)) batch.set(waiting.key, waiting);
        else left.push(waiting);
      queue = left;
      busy++;
      void call([...batch.keys()])
        .then(
          (answers) => batch.forEach(({ key, settle }) => settle(answers.get(key))),
          (error: unknown) => batch.forEach(({ fail }) => fail(error)),
        )
        .finally(() => {
          busy--;
          pump();
        });
    }
  };
  return (key) =>
    new Promise((settle, fail) => {
      queue.push({ key, settle, fail });
      if (queue.length === 1) setImmediate(pump);
    });
}
