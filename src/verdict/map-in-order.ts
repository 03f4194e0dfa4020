/** Work on many things, several at once; results in the order of the things, whatever order the work was done in. */
export async function mapInOrder<T, R>(items: readonly T[], parallel: number, run: (item: T) => Promise<R>, onDone: (done: number, result: R) => void): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0, done = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const i = next++;
      results[i] = await run(items[i]!);
      onDone(++done, results[i]!);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, lane));
  return results;
}
