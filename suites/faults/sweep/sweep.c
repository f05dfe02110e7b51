/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE	/* MAP_ANONYMOUS */

/*
 * Make each call that a piece of work depends on fail, and see what comes of it.  A plain
 * program: it ends with 0 if every promise held.
 *
 *	sweep heap|disk|calls [scenario]	(on the engine of ROWAN_TEST_ENGINE)
 *
 * Each call fails once; and each fourth, or with ROWAN_SWEEP_EVERY=1 each, with all behind it.
 *
 * A scenario runs in a process of its own, which tells by shared memory how far it came:
 * if it dies, that is counted, and another one goes on behind the call that it died of.
 */

#include "fault.h"
#include "sweep.h"

#include <rowan/fixtures/engine.h>
#include <rowan/fixtures/fake.h>
#include <rowan/fixtures/models.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_SECONDS 300	/* for a scenario and a variant: else it hangs */
#define MOST_WRONG 20		/* .. of one, before it is given up */
#define MOST_CRASHES 5

/* What a process tells. */
struct tally {
	int way;		/* enum sweep_way, */
	long count;		/* .. and calls that did not fail, in the attempt that runs */
	long injected, survived, wrong, crashed, leaked;
	bool ended;
	char why[640];		/* the first that went wrong */
};

static const struct injector *injector;
static struct tally *tally;
static const char *doing = "";	/* the variant */
static uint64_t before, after;

static void complain(const char *what, const struct rowan_error *error)
{
	tally->wrong++;
	if (!tally->why[0])
		snprintf(tally->why, sizeof(tally->why), "call %ld (%s%s): %s%s%s", tally->count, doing,
			 tally->way == SWEEP_ONCE ? "once" : "from then on", what,
			 error && error->code ? ": " : "", error && error->code ? error->message : "");
}

/* ---- an attempt ---------------------------------------------------------------------- */

static void say_nothing(void *context, const char *line)
{
	(void)context;
	(void)line;
}

/* An engine that is connected already: what can go wrong is the scenario's. */
static bool enter(struct place *place)
{
	place->engine = rowan_engine_open(place->url, .busy_timeout_ms = PATIENCE_MS,
					  .log = say_nothing, .error = &place->error);
	if (!place->engine)
		return false;
	place->session = rowan_session_open(place->engine, .error = &place->error);
	return place->session && rowan_get(place->session, user, 2) &&
	       rowan_commit(place->session, .clear = true) == ROWAN_OK;
}

/* After rollback the session works and knows what is in the database. */
static void check_session(struct place *place, enum sweep_way way)
{
	const struct user *ada;
	struct rowan_session *session = place->session;

	if (way == SWEEP_FROM_THEN_ON)
		rowan_rollback(session);
	fuse_disarm();
	if (rowan_rollback(session) < 0) {
		complain("rollback", rowan_error(session));
		return;
	}
	ada = rowan_get(session, user, 1);
	if (!ada || rowan_refresh(session, user, ada) < 0 || !rowan_load(session, ada, tasks).rows)
		complain("the session after rollback", rowan_error(session));
}

static void leave(struct place *place)
{
	rowan_session_close(place->session);
	if (place->engine && rowan_engine_stats(place->engine).in_use != 0)
		complain("a connection was not given back", NULL);
	rowan_engine_close(place->engine);
}

/* The work ended like this, and `failed` calls of it had failed: was that right? */
static void check_end(const struct scenario *scenario, int kind, int status, bool failed,
		      const struct rowan_error *error)
{
	struct rowan_error other = { 0 };
	uint64_t now = world_digest(scenario->tables, &other);
	bool as_ever = status == scenario->ends_with;

	if (!as_ever && (!failed || error->code != status || !error->message[0] ||
			 !injector->allows(kind, error))) {
		char what[64];

		snprintf(what, sizeof(what), "it ended with %s", rowan_error_name(status));
		complain(what, error);
	}
	if (!world_is_sound(&other))
		complain("the database is corrupt", &other);
	if (now == 0)
		complain("the database afterwards", &other);
	else if (now != (as_ever ? after : before) &&
		 (status != ROWAN_UNKNOWN_OUTCOME || now != after))
		complain(as_ever ? "not everything is there" : "something is there", error);
	if (now != before && world_restore(scenario->extra, &other) < 0)
		complain("putting it right", &other);
}

/* A library may keep a block of its own until it is next used: then it gives this many back. */
static bool are_given_back(const struct scenario *scenario, struct place place, long kept)
{
	long blocks = injector->held();
	struct rowan_error error;

	if (scenario->alone || enter(&place))
		scenario->run(&place);
	leave(&place);
	blocks -= injector->held();
	world_restore(scenario->extra, &error);
	return blocks == kept;
}

/* false: no call failed. */
static bool attempt(const struct scenario *scenario, const struct variant *variant,
		    enum sweep_way way, const struct place *where)
{
	struct place place = *where;
	long blocks = injector->held ? injector->held() : 0, wrong = tally->wrong;
	struct rowan_error error;
	bool failed = false;
	int status;

	if (!scenario->alone && !enter(&place)) {
		complain("connecting, without a fault", &place.error);
		leave(&place);
		return false;
	}
	if (injector->choose)
		injector->choose(variant->kind);
	fuse_arm(injector, way, tally->count);
	status = scenario->run(&place);
	if (way == SWEEP_ONCE || !place.session)
		failed = fuse_disarm();
	error = place.session && rowan_error(place.session)->code < 0
		? *rowan_error(place.session) : place.error;
	if (place.session) {
		check_session(&place, way);
		failed |= fuse_disarm();
	}
	leave(&place);
	blocks = injector->held ? injector->held() - blocks : 0;
	check_end(scenario, variant->kind, status, failed, &error);
	if (blocks != 0 && !are_given_back(scenario, *where, blocks)) {
		tally->leaked += blocks;
		complain("memory was not given back", &error);
	}
	tally->injected += failed;
	tally->survived += failed && wrong == tally->wrong;
	return failed;
}

/* What the database is like before and after, and what is made once and stays. */
static bool rehearse(const struct scenario *scenario, const struct place *place)
{
	struct rowan_error error = { 0 };

	for (int round = 0; round < 3; round++) {
		struct place own = *place;
		int status;

		if (world_restore(scenario->extra, &error) < 0 || !(before = world_digest(scenario->tables, &error)))
			break;
		if (!scenario->alone && !enter(&own))
			break;
		fuse_arm(injector, SWEEP_ONCE, -1);
		status = scenario->run(&own);
		error = own.session && rowan_error(own.session)->code < 0
			? *rowan_error(own.session) : own.error;
		if (own.session)
			check_session(&own, SWEEP_ONCE);
		leave(&own);
		if (status != scenario->ends_with)
			break;
		after = world_digest(scenario->tables, &error);
	}
	if (!after || tally->wrong || world_restore(scenario->extra, &error) < 0) {
		complain("without a fault", &error);
		return false;
	}
	return true;
}

/* ---- a process ------------------------------------------------------------------------ */

/* Each call fails once.  From then on: each so many, and other ones with another seed. */
static long every(void)
{
	const char *value = getenv("ROWAN_SWEEP_EVERY");
	long number = value && *value ? atol(value) : 4;

	return number < 1 ? 1 : number;
}

static long first_call(void)
{
	return (long)(rowan_fake_seed() % (uint64_t)every());
}

static void sweep(const struct scenario *scenario, const struct variant *variant,
		  const struct place *place)
{
	struct rowan_error error = { 0 };

	alarm(MOST_SECONDS);
	if (injector->install)
		injector->install();
	if (world_open(place->url, &error) < 0) {
		complain("the database", &error);
	} else if (rehearse(scenario, place)) {
		for (; tally->way <= SWEEP_FROM_THEN_ON; tally->way++, tally->count = first_call())
			while (attempt(scenario, variant, (enum sweep_way)tally->way, place) &&
			       tally->wrong < MOST_WRONG)
				tally->count += tally->way == SWEEP_ONCE ? 1 : every();
	}
	world_close();
	tally->ended = true;
}

/* false: it did not come to its end. */
static bool run_process(const struct scenario *scenario, const struct variant *variant,
			const struct place *place)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child < 0)
		abort();
	if (child == 0) {
		sweep(scenario, variant, place);
		exit(0);
	}
	waitpid(child, &status, 0);
	if (tally->ended && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	tally->crashed++;
	complain(tally->ended ? "the process ended badly, as one does that leaks"
			      : WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "it ended", NULL);
	return tally->ended;
}

/* Once and for ever. */
static void sweep_variant(const struct scenario *scenario, const struct variant *variant,
			  const struct place *place)
{
	tally->way = SWEEP_ONCE;
	tally->count = 0;
	tally->ended = false;
	while (!run_process(scenario, variant, place) && tally->crashed < MOST_CRASHES)
		tally->count++;
}

/*
 * SQLite is opened as the variant wants it.  From a server no credentials of GSSAPI are
 * asked for, since that library crashes without memory.
 */
static void add_options(char *url, size_t size, const char *sqlite_options)
{
	size_t end = strcspn(url, "?");

	if (strncmp(url, "sqlite:", 7) == 0)
		snprintf(url + end, size - end, "?%s", sqlite_options);
	else
		snprintf(url + strlen(url), size - strlen(url), "%cgssencmode=disable",
			 url[end] ? '&' : '?');
}

static void sweep_all(const struct scenario *scenario, const struct place *where)
{
	for (const struct variant *variant = injector->variants; variant->name; variant++) {
		struct place place = *where;
		char url[512], line[600];
		FILE *file;

		snprintf(url, sizeof(url), "%s", where->url);
		add_options(url, sizeof(url), variant->sqlite_options);
		place.url = url;
		snprintf(line, sizeof(line), "DATABASE_URL=%s\n", url);
		file = fopen(where->env_file, "w");
		if (!file || fputs(line, file) < 0 || fclose(file) != 0)
			abort();
		doing = variant->name;
		sweep_variant(scenario, variant, &place);
	}
}

/* ---- all of it ------------------------------------------------------------------------ */

static bool wanted(const struct scenario *scenario, const char *filter)
{
	if (scenario->here && strcmp(rowan_test_engine_name(), "sqlite") != 0)
		return false;
	return !filter || strstr(scenario->name, filter);
}

static bool report(const struct scenario *scenario, int number)
{
	bool right = tally->wrong == 0 && tally->leaked == 0;
	char name[64];

	snprintf(name, sizeof(name), "%s", scenario->name);
	for (char *c = name; *c; c++)
		*c = *c == ' ' ? '_' : *c;
	printf("%sok %d - %s_%s\n", right ? "" : "not ", number, injector->name, name);
	printf("# %ld injected, %ld wrong, %ld crashed, %ld blocks leaked%s%s\n", tally->injected,
	       tally->wrong, tally->crashed, tally->leaked, tally->why[0] ? "; " : "", tally->why);
	return right;
}

static bool note(const struct tally *sum, int scenarios_run)
{
	char figure[128], test[32];

	snprintf(figure, sizeof(figure), "%d scenarios, %ld calls failed, %ld crashes",
		 scenarios_run, sum->injected, sum->crashed);
	snprintf(test, sizeof(test), "sweep-%s", injector->name);
	printf("# %s: %s\n", rowan_test_engine_name(), figure);
	return fault_note(&(struct fault_line){
		.id = injector->id, .engine = rowan_test_engine_name(), .test = test,
		.injections = sum->injected, .survived = sum->survived, .wrong = sum->wrong,
		.leaked = sum->leaked, .figure = figure });
}

static bool run_all(const struct place *place, const char *filter)
{
	struct tally sum = { 0 };
	bool right = true;
	int number = 0;

	for (const struct scenario *scenario = scenarios; scenario->name; scenario++) {
		if (!wanted(scenario, filter))
			continue;
		*tally = (struct tally){ 0 };
		sweep_all(scenario, place);
		right &= report(scenario, ++number);
		sum.injected += tally->injected;
		sum.survived += tally->survived;
		sum.wrong += tally->wrong;
		sum.crashed += tally->crashed;
		sum.leaked += tally->leaked;
	}
	printf("1..%d\n", number);
	return note(&sum, number) && right && sum.injected > 0;
}

static const struct injector *injector_called(const char *name)
{
	return !name ? NULL
	     : strcmp(name, "heap") == 0 ? &heap_injector
	     : strcmp(name, "disk") == 0 ? &disk_injector
	     : strcmp(name, "calls") == 0 ? &calls_injector : NULL;
}

int main(int argc, char **argv)
{
	char env_file[] = "/tmp/rowan-sweep-XXXXXX";
	struct place place = { .env_file = env_file };
	struct rowan_error error;
	bool right;
	int file;

	injector = injector_called(argc > 1 ? argv[1] : NULL);
	if (!injector) {
		fprintf(stderr, "usage: %s heap|disk|calls [scenario]\n", argv[0]);
		return 2;
	}
	if (rowan_test_engine_missing()) {
		printf("SKIPPED, %s\n", rowan_test_engine_missing());
		return getenv("CI") ? 1 : 77;
	}
	rowan_fake_seed();	/* one for all processes, and it is printed */
	unsetenv("DATABASE_URL");
	if (access("/dev/shm", W_OK) == 0)	/* nothing is to outlive the machine */
		setenv("TMPDIR", "/dev/shm", 0);
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	place.url = rowan_test_database(&error);
	file = mkstemp(env_file);
	if (tally == MAP_FAILED || !place.url || file < 0) {
		printf("%s\n", place.url ? "no memory, or no file" : error.message);
		return 1;
	}
	close(file);
	right = run_all(&place, argc > 2 ? argv[2] : NULL);
	unlink(env_file);
	rowan_test_database_drop(place.url);
	return right ? 0 : 1;
}
