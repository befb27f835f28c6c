/* pdf/srgb.h - the colour profile of sRGB (IEC 61966-2-1), as the build found it. */
#pragma once

#include <stddef.h>

extern const unsigned char srgb_profile[];
extern const size_t srgb_profile_size;
