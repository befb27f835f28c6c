/* api/verification.h - results of verifications in words. */
#pragma once

#include "domain/verdict.h"
#include "web/page.h"

enum word verification_title(enum verdict_result result);
enum page_sign verification_sign(enum verdict_result result);
