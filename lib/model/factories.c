/* SPDX-License-Identifier: MIT */
#include <rowan/model.h>

struct rowan_value rowan_now_factory(struct rowan_session *session)
{
	(void)session;
	return ROWAN_VALUE(rowan_now());
}

struct rowan_value rowan_uuid4_factory(struct rowan_session *session)
{
	(void)session;
	return ROWAN_VALUE(rowan_uuid4());
}
