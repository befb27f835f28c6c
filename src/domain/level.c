/* domain/level.c - the table (人社部发〔2022〕14号), lowest first. */
#include "domain/level.h"

#include "base/attr.h"

static const struct level levels[] = {
	{"apprentice", 1, false, true, false, '\0', "学徒工", "apprentice"},
	{"5", 2, false, true, false, '5', "五级/初级工", "junior worker"},
	{"4", 3, true, true, false, '4', "四级/中级工", "intermediate worker"},
	{"3", 4, true, true, false, '3', "三级/高级工", "senior worker"},
	{"2", 5, true, true, true, '2', "二级/技师", "technician"},
	{"1", 6, true, true, true, '1', "一级/高级技师", "senior technician"},
	{"special", 7, true, false, false, '\0', "特级技师", "special-grade technician"},
	{"chief", 8, true, false, false, '\0', "首席技师", "chief technician"},
};

const struct level *level_find(struct slice code)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (slice_is(code, levels[i].code))
			return &levels[i];
	return NULL;
}

const struct level *level_at(size_t i)
{
	return i < ARRAY_LEN(levels) ? &levels[i] : NULL;
}
