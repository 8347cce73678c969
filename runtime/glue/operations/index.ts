/** Everything that jsv_operate can do; adding a kind of JavaScript object means a file here and a row below. */
import type { JsOp } from "#abi";
import { arrays } from "./arrays.ts";
import { buffers } from "./buffers.ts";
import { containers } from "./containers.ts";
import { conversions } from "./conversions.ts";
import { errors } from "./errors.ts";
import { iterators } from "./iterators.ts";
import { maps } from "./maps.ts";
import { objects } from "./objects.ts";
import { promises } from "./promises.ts";
import { proxies } from "./proxies.ts";
import { timers } from "./timers.ts";

/** Its object and its arguments, whose types only the caller in C knows. */
export type Operation = (object: never, ...args: never[]) => unknown;

export const operations: Readonly<Record<JsOp, Operation>> = {
  ...arrays,
  ...buffers,
  ...containers,
  ...conversions,
  ...errors,
  ...iterators,
  ...maps,
  ...objects,
  ...promises,
  ...proxies,
  ...timers,
};
