/* SPDX-License-Identifier: MIT */
#include "trade.h"

#include <string.h>

/* Circles of keys of several columns, some of which they share with others. */

/*
 * Boxes of a warehouse stand in each other, and some have a label, which is always a box's.
 * The warehouse's number is part of all keys.
 */
struct warehouse {
	int64_t id;
	ROWAN_MANY(struct box) boxes;
	ROWAN_MANY(struct label) labels;
};

struct box {
	int64_t warehouse_id;
	int32_t number;
	struct rowan_opt_int32 inside_number, label_number;
	ROWAN_ONE(struct warehouse) warehouse;
	ROWAN_ONE(struct box) inside;
	ROWAN_ONE(struct label) label;
};

struct label {
	int64_t warehouse_id;
	int32_t number, box_number;
	ROWAN_ONE(struct box) box;
};

/* A crate stands in another, of whatever warehouse. */
struct crate {
	int64_t warehouse_id;
	int32_t number;
	struct rowan_opt_int64 in_warehouse;
	struct rowan_opt_int32 in_number;
	ROWAN_ONE(struct warehouse) warehouse;
	ROWAN_ONE(struct crate) inside;
};

extern const struct rowan_model warehouse_model, box_model, label_model, crate_model;

ROWAN_MODEL(warehouse,
	ROWAN_FIELDS(ROWAN_FIELD(warehouse, id, .primary_key = true)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(warehouse, boxes, box, .back_populates = "warehouse"),
		ROWAN_TO_MANY(warehouse, labels, label)));

ROWAN_MODEL(box,
	ROWAN_FIELDS(
		ROWAN_FIELD(box, warehouse_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(warehouse, id)),
		ROWAN_FIELD(box, number, .primary_key = true),
		ROWAN_FIELD(box, inside_number),
		ROWAN_FIELD(box, label_number)),
	ROWAN_FOREIGN_KEYS(
		ROWAN_FOREIGN_KEY(box, (warehouse_id, inside_number), box,
				  (warehouse_id, number)),
		ROWAN_FOREIGN_KEY(box, (warehouse_id, label_number), label,
				  (warehouse_id, number))),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(box, warehouse, warehouse, .back_populates = "boxes"),
		ROWAN_TO_ONE(box, inside, box),
		ROWAN_TO_ONE(box, label, label)));

ROWAN_MODEL(label,
	ROWAN_FIELDS(
		ROWAN_FIELD(label, warehouse_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(warehouse, id)),
		ROWAN_FIELD(label, number, .primary_key = true),
		ROWAN_FIELD(label, box_number)),
	ROWAN_FOREIGN_KEYS(
		ROWAN_FOREIGN_KEY(label, (warehouse_id, box_number), box,
				  (warehouse_id, number))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(label, box, box)));

ROWAN_MODEL(crate,
	ROWAN_FIELDS(
		ROWAN_FIELD(crate, warehouse_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(warehouse, id)),
		ROWAN_FIELD(crate, number, .primary_key = true),
		ROWAN_FIELD(crate, in_warehouse),
		ROWAN_FIELD(crate, in_number)),
	ROWAN_FOREIGN_KEYS(
		ROWAN_FOREIGN_KEY(crate, (in_warehouse, in_number), crate, (warehouse_id, number))),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(crate, warehouse, warehouse),
		ROWAN_TO_ONE(crate, inside, crate)));

static void open_parts(void)
{
	open_models(ROWAN_MODELS(&shelf_model, &warehouse_model, &box_model, &label_model,
				 &crate_model));
}

TestSuite(circles_by_parts, .init = open_parts, .fini = close_sample, .timeout = 60);

static struct shelf *new_shelf(int16_t row)
{
	struct shelf *shelf = rowan_new(session, shelf);

	memset(shelf->region.bytes, 7, sizeof(shelf->region.bytes));
	shelf->row = row;
	shelf->name = "shelf";
	assert_ok(rowan_add(session, shelf));
	return shelf;
}

Test(circles_by_parts, b1_m14_keys_of_several_columns_in_a_circle)
{
	struct shelf *shelves[3];
	const struct rowan_query below_any = rowan_select(shelf, .where =
		rowan_is_not_null(rowan_column(shelf, below_row)));

	for (int16_t i = 0; i < 3; i++)
		shelves[i] = new_shelf(i);
	for (int i = 0; i < 3; i++)
		assert_ok(rowan_set_one(session, shelves[i], below, shelves[(i + 1) % 3]));
	assert_ok(rowan_commit(session));
	for (int i = 0; i < 3; i++)
		assert_int(shelves[i]->below_row.value, (i + 1) % 3);
	assert_int(stored(&below_any), 3);

	for (int i = 0; i < 3; i++)
		assert_ok(rowan_delete(session, shelf, shelves[i]));
	assert_ok(rowan_commit(session));
	assert_int(stored_of(shelf), 0);
}

Test(circles_by_parts, b1_m14_a_row_with_its_key_refers_to_itself_at_once)
{
	struct shelf *shelf = new_shelf(3);

	assert_ok(rowan_set_one(session, shelf, below, shelf));
	assert_statements(engine, 1)
		assert_ok(rowan_commit(session));
	assert_int(shelf->below_row.value, 3);
	assert_int(stored(&rowan_select(shelf, .where =
		rowan_eq(rowan_column(shelf, below_row), 3))), 1);
	assert_ok(rowan_delete(session, shelf, shelf));
	assert_statements(engine, 1)
		assert_ok(rowan_commit(session));
	assert_int(stored_of(shelf), 0);
}

static void ring(struct box *const boxes[3])
{
	for (int i = 0; i < 3; i++)
		assert_ok(rowan_set_one(session, boxes[i], inside, boxes[(i + 1) % 3]));
}

static void fill(struct warehouse *warehouse, struct box *const boxes[3])
{
	for (int i = 0; i < 3; i++)
		assert_ok(rowan_append(session, warehouse, boxes, boxes[i]));
}

/* A column of both keys follows the warehouse, which is not numbered before the flush. */
static void check_boxes(bool ring_first)
{
	struct warehouse *warehouse = rowan_new(session, warehouse);
	struct box *boxes[3];

	for (int i = 0; i < 3; i++) {
		boxes[i] = rowan_new(session, box);
		boxes[i]->number = i + 10;
	}
	if (ring_first)
		ring(boxes);
	fill(warehouse, boxes);
	if (!ring_first)
		ring(boxes);
	assert_ok(rowan_add(session, warehouse));
	assert_ok(rowan_commit(session));
	assert_int(stored(&rowan_select(box, .where =
		rowan_eq(rowan_column(box, warehouse_id), warehouse->id))), 3);
	for (int i = 0; i < 3; i++) {
		rowan_scoped struct rowan_session *other = rowan_session_open(engine);
		const struct box *box = rowan_get(other, box, warehouse->id, i + 10);

		cr_assert_not_null(box);
		assert_int(box->inside_number.value, (i + 1) % 3 + 10);
	}
}

Test(circles_by_parts, b1_m14_keys_of_a_circle_that_share_a_column_with_another)
{
	struct warehouse *first = rowan_new(session, warehouse);

	assert_ok(rowan_add(session, first));
	assert_ok(rowan_commit(session));	/* so that a key of 1 is not right by chance */
	check_boxes(false);
	check_boxes(true);
}

/* The box follows its label to the warehouse, and is there before it. */
Test(circles_by_parts, b1_m14_a_key_follows_a_row_that_comes_later_to_one_that_comes_before)
{
	struct warehouse *warehouse = rowan_new(session, warehouse);
	struct label *label = rowan_new(session, label);
	struct box *box = rowan_new(session, box);

	box->number = 3;
	label->number = 4;
	assert_ok(rowan_append(session, warehouse, labels, label));
	assert_ok(rowan_set_one(session, box, label, label));
	assert_ok(rowan_set_one(session, label, box, box));
	assert_ok(rowan_add(session, box));
	assert_ok(rowan_commit(session));
	assert_int(stored(&rowan_select(box, .where = rowan_and(
		rowan_eq(rowan_column(box, warehouse_id), warehouse->id),
		rowan_eq(rowan_column(box, label_number), 4)))), 1);
	assert_int(stored(&rowan_select(label, .where = rowan_and(
		rowan_eq(rowan_column(label, warehouse_id), warehouse->id),
		rowan_eq(rowan_column(label, box_number), 3)))), 1);
	assert_ok(rowan_delete(session, label, label));
	assert_ok(rowan_delete(session, box, box));
	assert_ok(rowan_commit(session));
	assert_int(stored_of(box) + stored_of(label), 0);
}

Test(circles_by_parts, b1_m14_a_row_refers_to_itself_by_what_it_follows)
{
	struct warehouse *first = rowan_new(session, warehouse), *warehouse = rowan_new(session, warehouse);
	struct crate *crate = rowan_new(session, crate);

	assert_ok(rowan_add(session, first));
	assert_ok(rowan_commit(session));
	crate->number = 5;
	assert_ok(rowan_set_one(session, crate, warehouse, warehouse));
	assert_ok(rowan_set_one(session, crate, inside, crate));
	assert_ok(rowan_add(session, crate));
	assert_ok(rowan_commit(session));
	cr_assert(warehouse->id > first->id);
	assert_int(crate->in_warehouse.value, warehouse->id);
	assert_int(stored(&rowan_select(crate, .where =
		rowan_eq(rowan_column(crate, in_warehouse), warehouse->id))), 1);
}

/* In whatever way the column that both keys share got its value. */
Test(circles_by_parts, b1_m14_a_column_that_others_follow_keeps_its_value)
{
	struct warehouse *warehouse = rowan_new(session, warehouse);

	assert_ok(rowan_add(session, warehouse));
	assert_ok(rowan_commit(session));
	for (int by_hand = 0; by_hand < 2; by_hand++) {
		struct box *a = rowan_new(session, box), *b = rowan_new(session, box);

		a->number = by_hand * 10 + 1;
		b->number = by_hand * 10 + 2;
		assert_ok(rowan_set_one(session, b, inside, a));
		if (by_hand)
			a->warehouse_id = warehouse->id;
		else
			assert_ok(rowan_set_one(session, a, warehouse, warehouse));
		assert_ok(rowan_set_one(session, a, inside, b));
		assert_int(a->warehouse_id, warehouse->id);
		assert_ok(rowan_add(session, a));
		assert_ok(rowan_commit(session));
		assert_int(a->warehouse_id, warehouse->id);
		assert_int(b->warehouse_id, warehouse->id);
	}
	assert_int(stored(&rowan_select(box, .where =
		rowan_eq(rowan_column(box, warehouse_id), warehouse->id))), 4);
}
