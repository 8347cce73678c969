/* What the two threads of a program on a command line have in common. */

/** What stands where in the array that both see. */
export const Shared = {
  /** A signal's number that Python has not taken yet. First, as an interrupt buffer has it. */
  SIGNAL: 0,
  /** Not 0 when the program has ended by a KeyboardInterrupt. */
  INTERRUPTED: 1,
  /** The terminal's size. */
  ROWS: 2,
  COLUMNS: 3,
} as const;

/** An exit status: it was ended by SIGINT, as shells count. */
export const SIGINT_STATUS = 130;

export const SIGINT = 2;
