# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What test programs say, as rows of "status, program, suite/name, message" with
# tabs between them; and rows as a JUnit report.

# Criterion's JSON, as rows.  It does not escape quotes, so it is read by line.
# There, tests that a filter leaves out are "skipped", and one that leaks, or
# crashes after its last line, has passed; only the log, read first, tells.
rows_of_criterion() { # PROGRAM FILTER JSON LOG
	awk -v program="$1" -v filter="$2" '
	function row() {
		if (status == "PASSED" && (suite "::" name) in broken) {
			status = "FAILED"
			message = "leaked, or crashed in its setup or teardown"
		}
		if (status == "FAILED" && message == "")
			message = error[suite "::" name]
		if (filter == "" || status != "SKIPPED" || message != "The test was skipped.")
			print_row()
		status = message = ""
	}
	function print_row() {
		kind = status == "PASSED" ? "passed" : status == "SKIPPED" ? "skipped" : "failed"
		printf "%s\t%s\t%s/%s\t%s\n", kind, program, suite, name, message
	}
	function text(line) {
		sub(/^ *("messages": \[)?"?/, "", line)
		sub(/"?[],]*$/, "", line)
		gsub(/\t/, " ", line)
		if (line != "")
			message = message (message == "" ? "" : "\\n") line
	}
	FILENAME == ARGV[1] {
		if (match($0, /Warning! The test `[^`]*` crashed/))
			broken[substr($0, RSTART + 19, RLENGTH - 28)] = 1
		else if (/: runtime error: /)
			last = $0
		else if (match($0, /^\[FAIL\] [^ ]*: \(/)) {
			error[substr($0, 8, RLENGTH - 10)] = last
			last = ""
		}
		next
	}
	inside { if ($0 ~ /^ *\]$/) inside = 0; else text($0); next }
	/"messages": \[$/ { inside = 1; next }
	/"messages": \[/ { text($0); next }
	/"name":/ { split($0, part, "\""); name = part[4]; next }
	/"tests":/ { suite = name; next }
	/"status":/ { split($0, part, "\""); status = part[4]; next }
	/^ *},?$/ && status != "" { row() }
	' "$4" "$3"
}

# What says "ok 1 - name" or "not ok 2 - name", and why in the lines after it.
rows_of_tap() { # PROGRAM LOG
	awk -v program="$1" '
	function row() {
		if (kind != "")
			printf "%s\t%s\t%s/%s\t%s\n", kind, program, program, name, message
		kind = message = ""
	}
	/^(not )?ok [0-9]+ - / {
		row()
		kind = /^not/ ? "failed" : "passed"
		name = $0
		sub(/^(not )?ok [0-9]+ - /, "", name)
		if (match(name, / # SKIP */)) {
			kind = "skipped"
			message = substr(name, RSTART + RLENGTH)
			name = substr(name, 1, RSTART - 1)
		}
		next
	}
	/^# / && kind != "" {
		gsub(/\t/, " ")
		message = message (message == "" ? "" : "\\n") substr($0, 3)
	}
	END { row() }
	' "$2"
}

junit() { # ROWS
	awk -F '\t' '
	function escape(s) {
		gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s)
		gsub(/"/, "\\&quot;", s); gsub(/\\n/, "\\&#10;", s); gsub(/[\001-\037]/, " ", s)
		return s
	}
	{
		name = $3
		sub(/^[^\/]*\//, "", name)
		suite = substr($3, 1, length($3) - length(name) - 1)
		total[$1]++
		# The same test runs on every engine, by programs of different names.
		body = body "    <testcase classname=\"" escape($2 "." suite) "\" name=\"" escape(name) "\""
		if ($1 == "passed")
			body = body "/>\n"
		else
			body = body "><" ($1 == "failed" ? "failure" : "skipped") " message=\"" escape($4) "\"/></testcase>\n"
	}
	END {
		print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
		printf "<testsuites>\n  <testsuite name=\"rowan\" tests=\"%d\" failures=\"%d\" skipped=\"%d\">\n", \
			NR, total["failed"], total["skipped"]
		printf "%s  </testsuite>\n</testsuites>\n", body
	}' "$1"
}

# As the Test Anything Protocol, version 13.
tap() { # ROWS
	awk -F '\t' '
	function plain(s) { gsub(/\\n/, " ", s); gsub(/#/, "\\#", s); return s }
	BEGIN { print "TAP version 13" }
	{ body = body ($1 == "failed" ? "not ok " : "ok ") NR " - " plain($2 " " $3) }
	$1 == "skipped" { body = body " # SKIP " plain($4) }
	{ body = body "\n" }
	$1 == "failed" {
		n = split($4, lines, /\\n/)
		for (i = 1; i <= n; i++)
			body = body (lines[i] == "" ? "" : "# " lines[i] "\n")
	}
	END { printf "1..%d\n%s", NR, body }' "$1"
}
