/* base/version.h - the release, as both programs and /openapi.json say it. */
#pragma once

#define TALENT_VERSION "0.1.0"
