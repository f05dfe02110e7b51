/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_VERSION_H
#define PACKAGES_VERSION_H

/*
 * Which of two versions is newer, deb-version(7): < 0, 0 or > 0 as by strcmp().
 * Epochs are compared first, then upstream versions, then revisions.
 */
int version_compare(const char *a, const char *b);

#endif
