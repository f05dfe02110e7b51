/* SPDX-License-Identifier: MIT */
/* A child executes what its parent does not, and leaves in a hurry. */
#include <sys/wait.h>
#include <unistd.h>

int twice(int n);

int main(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(twice(0));
	return waitpid(child, NULL, 0) == child ? 0 : 1;
}
