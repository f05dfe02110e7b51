/* SPDX-License-Identifier: MIT */
/*
 * A process that ends by _exit(), as children in tests do, would take along its counts of
 * what was executed.  Linked in with --wrap=_exit by builds with ROWAN_COVERAGE.
 */
#include <gcov.h>

_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

_Noreturn void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}
