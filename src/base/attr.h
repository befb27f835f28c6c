/* base/attr.h - compiler attributes and tiny helpers used everywhere. */
#pragma once

#include <stddef.h>

#define MUSTUSE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr) - offsetof(type, member)))

#define KIB ((size_t)1024)
#define MIB (KIB * 1024)
