/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_SCHEMA_H
#define ROWAN_SCHEMA_H

/*
 * Schema: models to tables.
 *
 *	rowan_create_all(engine, ROWAN_MODELS(&user_model, &task_model), &error);
 */

#include <rowan/engine.h>
#include <rowan/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Create the tables and indexes that do not exist yet, in the order of their
 * foreign keys, in one transaction; existing ones are left as they are.  Every
 * model that a foreign key names must be in the NULL-ended list: one that is
 * missing is reported (ROWAN_MISUSE) before anything is sent.  Models without a
 * table are left out.  rowan_models() is the list of all.  `error` may be NULL.
 */
ROWAN_API int rowan_create_all(struct rowan_engine *engine,
			       const struct rowan_model *const *models,
			       struct rowan_error *error);

/* Drop the tables that exist, children first, in one transaction. */
ROWAN_API int rowan_drop_all(struct rowan_engine *engine,
			     const struct rowan_model *const *models,
			     struct rowan_error *error);

#ifdef __cplusplus
}
#endif
#endif
