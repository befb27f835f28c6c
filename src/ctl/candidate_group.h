/* ctl/candidate_group.h - what help says of the option --candidates: who the candidates of an exam are. */
#pragma once

extern const char candidate_groups_en[], candidate_groups_zh[];
