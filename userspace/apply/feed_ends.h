/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries that end before their list does, in the kernel's classes. Inside of feed_book.c.
 */
#ifndef MXW_FEED_ENDS_H
#define MXW_FEED_ENDS_H

#include "apply/feed_book.h"

/* Sets the ends of a page that was opened, and its expiry by the whole list's. */
void mxw_feed_ends_open(struct mxw_feed_page *page);

/*
 * Gives classes to all endings of the book, from those that no feed's slot has. The same feeds with
 * the same lists get the same classes, whatever has expired meanwhile. Where there are too few, a
 * feed's later endings share the class, and the end, of an earlier one.
 */
void mxw_feed_ends_classes(struct mxw_feed_book *book);

/* Parts a page's list, which was read, into entries that end and entries that do not. Those that
 * have ended are in neither part, and page->made loses them too. */
int mxw_feed_ends_part(struct mxw_feed_page *page, struct mxw_err *err);

void mxw_feed_ends_free(struct mxw_feed_page *page);

#endif
