/* web/route.c - path matching, segment by segment. Literal segments win because the tables list
 * them first. */
#include "web/route.h"

#include <stdio.h>

static enum param_kind kind_of(struct slice segment)
{
	const char *colon = memchr(segment.p, ':', segment.n);
	if (!colon)
		return PARAM_TEXT;
	struct slice type = slice_from(colon + 1, segment.n - 2 - (size_t)(colon - segment.p));
	if (slice_is(type, "uuid"))
		return PARAM_UUID;
	if (slice_is(type, "path"))
		return PARAM_PATH;
	return slice_is(type, "integer") ? PARAM_INTEGER : PARAM_CERTIFICATE;
}

/* All from here on. */
static struct slice whole_rest(struct slice segment, struct slice *rest)
{
	if (rest->p)
		segment.n = (size_t)(rest->p + rest->n - segment.p);
	*rest = SLICE_NONE;
	return segment;
}

/* What is all a parameter means what it says to its last slash. */
static bool is_exact(const char *pattern)
{
	return route_is_strict(pattern) || strstr(pattern, ":path}");
}

static struct slice next_segment(struct slice *path, bool exact)
{
	struct slice segment = slice_cut(path, '/');
	while (!exact && segment.n == 0 && path->p)
		segment = slice_cut(path, '/');
	return segment;
}

static bool match_path(const char *pattern, struct slice path, bool exact, struct route_match *m)
{
	struct slice want = slice_of(pattern);
	size_t n = 0;
	want = slice_skip(want, 1);
	path = slice_skip(path, 1);
	while (want.p && path.p) {
		struct slice w = slice_cut(&want, '/'), p = next_segment(&path, exact);
		if (w.n > 1 && w.p[0] == '{') {
			if (p.n == 0 || n == ROUTE_PARAMS_MAX)
				return false;
			m->kind[n] = kind_of(w);
			m->param[n] = m->kind[n] == PARAM_PATH ? whole_rest(p, &path) : p;
			n++;
		} else if (!slice_eq(w, p)) {
			return false;
		}
	}
	return !want.p && !path.p;
}

static void allow_add(struct route_match *m, const char *method)
{
	size_t n = strlen(m->allow);
	snprintf(m->allow + n, sizeof m->allow - n, "%s%s", n ? ", " : "", method);
}

struct route_match route_find(const struct route *const *table, enum http_method method,
                              struct slice path)
{
	struct route_match m = {0};
	enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;
	if (path.n == 0 || path.p[0] != '/')
		return m;
	const struct slice trimmed = http_path_trim(path);
	for (; *table; table++) {
		const struct route *r = *table;
		const bool exact = is_exact(r->path);
		if (m.param[0].p) /* of a route that did not fit after all */
			memset(m.param, 0, sizeof m.param);
		if (!match_path(r->path, exact ? path : trimmed, exact, &m))
			continue;
		if (r->method == wanted) {
			m.route = r;
			return m;
		}
		m.path_known = true;
		m.shared |= r->shared;
		allow_add(&m, http_method_name(r->method));
		if (r->method == HTTP_GET)
			allow_add(&m, "HEAD");
	}
	if (m.shared)
		allow_add(&m, "OPTIONS");
	return m; /* whose params mean nothing */
}

bool route_admits(const struct route *r, const struct principal *who)
{
	return (r->roles & (unsigned)who->role) != 0 && who->right >= route_right(r) &&
	       (r->own != OWN_REGISTRY || who->districts.n == 0);
}

static const char *access_to_own(enum role role)
{
	switch (role) {
	case ROLE_INSTITUTION:
		return "own";
	case ROLE_COMPANY:
		return "partner";
	case ROLE_ADMINISTRATOR:
		return "district";
	case ROLE_AUDITOR:
		return "all";
	case ROLE_EMPLOYER:
		break;
	}
	return "-";
}

const char *route_access(const struct route *r, enum role role)
{
	if (r->open && r->roles == 0)
		return "open";
	if ((r->roles & (unsigned)role) == 0)
		return "-";
	if (r->own == OWN_ORG)
		return access_to_own(role);
	return r->own == OWN_REGISTRY && role == ROLE_ADMINISTRATOR ? "city" : "all";
}
