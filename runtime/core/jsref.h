/* Handles: integers that stand for JavaScript values in linear memory. See jsref.c. */
#pragma once

#include "abi.h"

/* 0 is no handle. Any other number was given out by JsRef_New; it stays valid until its last JsRef_Decref. */
typedef uint32_t JsRef;

/* A handle with one reference; 0 with MemoryError set if there are no more slots. */
JsRef JsRef_New(JsVal value);
/* A handle that is never freed. Incref and Decref of it do nothing. */
JsRef JsRef_NewImmortal(JsVal value);
/* The same handle for the same JavaScript object as long as one such handle lives. Primitives get a fresh one. */
JsRef JsRef_NewUnique(JsVal value);
/* The value. A stale handle is a bug of ours: the process dies with a message instead of using another object. */
JsVal JsRef_Get(JsRef ref);
/* Returns its argument. */
JsRef JsRef_Incref(JsRef ref);
/* Nothing for 0. */
void JsRef_Decref(JsRef ref);
/* The value, and one reference less. */
JsVal JsRef_Pop(JsRef ref);
/* True if the handle is one that JsRef_Get would accept. */
int JsRef_IsLive(JsRef ref);
/* Handles given out and not freed; immortal ones do not count. */
int32_t JsRef_Count(void);
