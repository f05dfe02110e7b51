/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_H
#define ROWAN_H

/* Rowan: SQL models for C.  The headers, in the order to read them. */

#include <rowan/value.h>
#include <rowan/error.h>
#include <rowan/model.h>
#include <rowan/hooks.h>
#include <rowan/engine.h>
#include <rowan/schema.h>
#include <rowan/expr.h>
#include <rowan/query.h>
#include <rowan/session.h>
#include <rowan/result.h>
#include <rowan/relation.h>
#include <rowan/sandbox.h>

#endif
