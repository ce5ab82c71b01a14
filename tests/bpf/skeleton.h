/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generated skeletons, which do not keep the warning rules of this project.
 */
#ifndef MXW_TESTS_SKELETON_H
#define MXW_TESTS_SKELETON_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include "complete.skel.h"
#include "mxwall.skel.h"
#pragma GCC diagnostic pop

#endif
