/** How deep Python and JavaScript may call each other here. */

/**
 * What a level takes of the host's stack, in calls of `descend`: 110 of them are 8.8 KB in V8. There a level took up to
 * 4.4 KB in a release and 6 KB in mode=dev, of code that V8 had not optimised yet; the rest is for what is on the stack
 * besides.
 */
const CALLS_PER_LEVEL = 110;
const LEVELS_MAX = 1000;

/**
 * The number of levels that the host's stack has room for. Nobody tells its size, which is from 500 KB, in a worker in
 * Chromium, to 4 MB, in one in Node; but it ends with an error.
 */
export function levelsOfStack(): number {
  let calls = 0;
  const descend = (): void => {
    if (++calls < CALLS_PER_LEVEL * LEVELS_MAX) descend();
  };
  try {
    descend();
  } catch {}
  return Math.floor(calls / CALLS_PER_LEVEL);
}
