/* SPDX-License-Identifier: MIT */
/* Six lines that count, and a branch.  See run.sh. */
int twice(int n);
int larger(int a, int b);

int twice(int n)
{
	return 2 * n;
}

int larger(int a, int b)
{
	if (a > b)
		return a;
	return b;
}
