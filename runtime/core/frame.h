/* Frames: how values cross the border. See frame.c.
 *
 * Who owns what a slot refers to:
 *
 *            towards Python (the glue wrote it)          towards JavaScript (C wrote it)
 *   PYOBJ    aux == 0: borrowed from its PyProxy         a reference, given to the glue
 *            aux == 1: a reference, given to C
 *   JSREF    a handle, given to C                        a handle, given to the glue
 *   text     hi == 0: borrowed from the mailbox          hi == 0: borrowed until the call returns
 *   bigint   hi == 1: a malloc block, given to C         otherwise hi is its owner, a reference given to the glue
 *
 * A frame that C writes lives on C's stack. JavaScript writes into the mailbox, a static frame: so whoever receives a
 * frame empties all of it before any other code, Python or JavaScript, can run. Slot_DecodeNew and Slot_Encode keep
 * to that: they run no foreign code once the first slot of a frame is written.
 */
#pragma once

#include <Python.h>

#include "abi.h"

/* The Python value of a slot; NULL with an exception set for KIND_ERROR, or if it cannot be made.
 * What the slot owned is used up in every case. */
PyObject *Slot_DecodeNew(Slot *slot);

/* Fills the slot and returns its kind; KIND_ERROR with an exception set on failure. */
uint32_t Slot_Encode(Slot *slot, PyObject *value);
/* The same, as an object that becomes a PyProxy, whatever it is. */
uint32_t Slot_EncodeObject(Slot *slot, PyObject *value);
/* As Slot_Encode, taking over the reference. For NULL, which stands for an exception, it is KIND_ERROR. */
uint32_t Slot_EncodeSteal(Slot *slot, PyObject *value);

/* The kind that stands for an answer of CPython: 0, 1, or -1 with an exception set. */
static inline int32_t
Kind_OfTruth(int answer)
{
    return answer < 0 ? KIND_ERROR : answer ? KIND_TRUE : KIND_FALSE;
}

/* Text for the glue only: borrowed from `text`, which must live until the glue has read it. */
void Slot_BorrowText(Slot *slot, PyObject *text);

/* Gives back what an encoded slot owns, when it was not sent after all. */
void Slot_Clear(Slot *slot);

/* Gives back what slots that the glue wrote own, when they will not be decoded. */
void Frame_Discard(Slot *frame, int32_t count);

/* JavaScript null becomes None instead of jsnull (`convertNullToNone`). */
void Frame_SetNullIsNone(int yes);
