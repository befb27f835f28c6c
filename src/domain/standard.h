/* domain/standard.h - standards: what an exam is held under. */
#pragma once

enum { STANDARD_NAME_MAX = 80 }; /* "互联网营销师/2021" */
