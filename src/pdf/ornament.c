/* pdf/ornament.c - both kinds share the geometry, so that a pair lies side by side as one set;
 * colour, corners and the rosette's figure differ, so that neither is taken for the other. */
#include "pdf/ornament.h"

#include <math.h>

enum { OUTER = 26, INNER = 34 };
enum { CURVE_POINTS = 240 }; /* of a closed curve: smooth in print */

static void set(cairo_t *cr, struct colour c)
{
	cairo_set_source_rgb(cr, c.r, c.g, c.b);
}

static void frame(cairo_t *cr, double inset, double width)
{
	cairo_set_line_width(cr, width);
	cairo_rectangle(cr, inset, inset, PAGE_WIDTH - 2 * inset, PAGE_HEIGHT - 2 * inset);
	cairo_stroke(cr);
}

/* Runs fn at the four corners with the origin in the corner and both axes into the page. */
static void corners(cairo_t *cr, double inset, void (*fn)(cairo_t *))
{
	for (int i = 0; i < 4; i++) {
		bool right = i & 1, bottom = i & 2;
		cairo_save(cr);
		cairo_translate(cr, right ? PAGE_WIDTH - inset : inset, bottom ? PAGE_HEIGHT - inset : inset);
		cairo_scale(cr, right ? -1 : 1, bottom ? -1 : 1);
		fn(cr);
		cairo_restore(cr);
	}
}

/* A meander: the classical public form. */
static void corner_meander(cairo_t *cr)
{
	static const double path[][2] = {{0, 30}, {12, 30}, {12, 12}, {30, 12}, {30, 0}};
	static const double hook[][2] = {{5, 30}, {5, 5}, {30, 5}};
	cairo_set_line_width(cr, 0.9);
	for (size_t i = 0; i < sizeof path / sizeof *path; i++)
		cairo_line_to(cr, path[i][0], path[i][1]);
	cairo_stroke(cr);
	for (size_t i = 0; i < sizeof hook / sizeof *hook; i++)
		cairo_line_to(cr, hook[i][0], hook[i][1]);
	cairo_stroke(cr);
	cairo_rectangle(cr, 16, 16, 4, 4);
	cairo_fill(cr);
}

/* Quarter circles: waves going out. */
static void corner_waves(cairo_t *cr)
{
	cairo_set_line_width(cr, 0.9);
	for (int r = 12; r <= 30; r += 6) {
		cairo_new_sub_path(cr);
		cairo_arc(cr, 0, 0, r, 0, M_PI / 2);
	}
	cairo_stroke(cr);
}

/* One closed curve r(t) = radius (1 + depth cos(lobes t)), turned by phase. */
static void lobed(cairo_t *cr, double radius, double depth, int lobes, double phase)
{
	cairo_new_path(cr);
	for (int i = 0; i < CURVE_POINTS; i++) {
		double t = 2 * M_PI * i / CURVE_POINTS;
		double r = radius * (1 + depth * cos(lobes * t + phase));
		cairo_line_to(cr, r * cos(t), r * sin(t));
	}
	cairo_close_path(cr);
	cairo_stroke(cr);
}

/* What differs between the kinds. */
struct figure {
	struct palette palette;
	void (*corner)(cairo_t *);
	int lobes;           /* of the rosette */
	double outer, inner; /* depths of its two curves */
};

static const struct figure figures[KIND_COUNT] = {
	[KIND_SKILL_GRADE] = {
		.palette = {
			.strong = {0.49, 0.11, 0.12}, .faint = {0.972, 0.935, 0.915},
			.line = {0.86, 0.76, 0.70}, .ink = {0.11, 0.10, 0.10}, .quiet = {0.42, 0.38, 0.36},
		},
		.corner = corner_meander, .lobes = 12, .outer = 0.10, .inner = 0.16,
	},
	[KIND_COMPANY] = {
		.palette = {
			.strong = {0.06, 0.29, 0.40}, .faint = {0.915, 0.95, 0.96},
			.line = {0.68, 0.79, 0.83}, .ink = {0.10, 0.11, 0.12}, .quiet = {0.35, 0.40, 0.43},
		},
		.corner = corner_waves, .lobes = 6, .outer = 0.16, .inner = 0.24,
	},
};

const struct palette *palette_of(enum certificate_kind kind)
{
	return &figures[kind].palette;
}

static void rosette(cairo_t *cr, const struct figure *f)
{
	cairo_save(cr);
	cairo_translate(cr, PAGE_WIDTH / 2, 430);
	cairo_set_line_width(cr, 0.8);
	for (int i = 0; i < 8; i++)
		lobed(cr, 176, f->outer, f->lobes, 2 * M_PI * i / 8);
	for (int i = 0; i < 6; i++)
		lobed(cr, 104, f->inner, f->lobes, 2 * M_PI * i / 6);
	cairo_restore(cr);
}

cairo_surface_t *ornament_new(enum certificate_kind kind)
{
	const struct figure *f = &figures[kind];
	const cairo_rectangle_t page = {0, 0, PAGE_WIDTH, PAGE_HEIGHT};
	cairo_surface_t *s = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &page);
	cairo_t *cr = cairo_create(s);
	set(cr, f->palette.faint);
	rosette(cr, f);
	set(cr, f->palette.strong);
	frame(cr, OUTER, 2.4);
	frame(cr, INNER, 0.6);
	corners(cr, INNER + 5, f->corner);
	cairo_destroy(cr);
	return s;
}

void ornament_rule(cairo_t *cr, double x, double y, double width, struct colour c)
{
	double middle = x + width / 2, gap = 9, half = 3.2;
	set(cr, c);
	cairo_set_line_width(cr, 0.7);
	cairo_move_to(cr, x, y);
	cairo_line_to(cr, middle - gap, y);
	cairo_move_to(cr, middle + gap, y);
	cairo_line_to(cr, x + width, y);
	cairo_stroke(cr);
	cairo_move_to(cr, middle - half, y);
	cairo_line_to(cr, middle, y - half);
	cairo_line_to(cr, middle + half, y);
	cairo_line_to(cr, middle, y + half);
	cairo_close_path(cr);
	cairo_fill(cr);
}
