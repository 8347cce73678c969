/** How deep Python and JavaScript may call each other here. */

/**
 * What a level takes of the host's stack, in calls of `descend`: 7 of them are 7.7 KB. In V8 a level took up to 4.4 KB in
 * a release and 6 KB in mode=dev, of code that was not optimised yet, in Firefox 6 KB, in WebKit 4.5 KB; the rest is for
 * what is on the stack besides.
 */
const CALLS_PER_LEVEL = 7;
const LEVELS_MAX = 1000;

/** So many arguments, 1 KB of them, that what else an engine puts on the stack for a call, optimised or not, is little. */
const ARGUMENTS: readonly undefined[] = new Array(128).fill(undefined);

/**
 * The number of levels that the host's stack has room for. Nobody tells its size, which is from 500 KB, in a worker in
 * Chromium, to 4 MB, in one in Node; but it ends with an error.
 */
export function levelsOfStack(): number {
  let calls = 0;
  const descend = (): void => {
    if (++calls < CALLS_PER_LEVEL * LEVELS_MAX) descend.apply(undefined, ARGUMENTS as []);
  };
  try {
    descend();
  } catch {}
  return Math.floor(calls / CALLS_PER_LEVEL);
}
