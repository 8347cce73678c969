/** Which handler serves proxies with which flags; one per set of flags, made on first use. */
import { PyFlag } from "#abi";
import { prototypeOf } from "./classes.ts";
import { DictHandler } from "./dict_handler.ts";
import { Handler } from "./handler.ts";
import { JsonDictHandler } from "./json_handler.ts";
import { SequenceHandler } from "./sequence_handler.ts";

const handlers = new Map<number, Handler>();

function make(flags: number, prototype: object): Handler {
  if (flags & PyFlag.IS_JSON_ADAPTOR_DICT) return new JsonDictHandler(prototype);
  if (flags & PyFlag.IS_SEQUENCE) return new SequenceHandler(prototype);
  if (flags & PyFlag.IS_DICT) return new DictHandler(prototype);
  return new Handler(prototype);
}

export function handlerOf(flags: number): Handler {
  let handler = handlers.get(flags);
  if (handler === undefined) handlers.set(flags, (handler = make(flags, prototypeOf(flags))));
  return handler;
}

/** A handler of its own for one proxy that has `members` before all others. */
export function handlerWith(flags: number, members: object): Handler {
  const prototype = Object.create(prototypeOf(flags)) as object;
  return make(flags, Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(members)));
}
