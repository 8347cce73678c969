/** What C calls; abi.toml lists it, and TypeScript checks that all of it is here. */
import type { Imports } from "#abi";
import { jsv_take_error } from "../errors.ts";
import { jsv_finish } from "../task.ts";
import { jsv_await, jsv_settled } from "../waiting.ts";
import { jsv_delattr, jsv_dir, jsv_getattr, jsv_setattr } from "./attributes.ts";
import { jsv_call, jsv_call_kwargs, jsv_construct } from "./call.ts";
import {
  jsv_get_option,
  jsv_now,
  jsv_ready,
  jsv_ready_any,
  jsv_resolve,
  jsv_set_option,
  jsv_shutdown,
} from "./descriptors.ts";
import { jsv_item, jsv_operate } from "./operate.ts";
import {
  jsv_bool,
  jsv_compare,
  jsv_identity,
  jsv_known_handle,
  jsv_make_error,
  jsv_remember_handle,
  jsv_string,
  jsv_to_string,
  jsv_typeof,
} from "./values.ts";

export const imports = {
  jsv_get_option,
  jsv_now,
  jsv_ready,
  jsv_ready_any,
  jsv_resolve,
  jsv_set_option,
  jsv_shutdown,
  jsv_await,
  jsv_bool,
  jsv_call,
  jsv_call_kwargs,
  jsv_compare,
  jsv_construct,
  jsv_delattr,
  jsv_dir,
  jsv_finish,
  jsv_getattr,
  jsv_identity,
  jsv_item,
  jsv_known_handle,
  jsv_make_error,
  jsv_operate,
  jsv_remember_handle,
  jsv_setattr,
  jsv_settled,
  jsv_string,
  jsv_take_error,
  jsv_to_string,
  jsv_typeof,
} satisfies Imports;
