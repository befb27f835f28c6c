/* domain/purpose_list.h - why somebody looks a person up: X(code, what it is called in Chinese). The API takes these
 * codes, talentctl's help lists them. */

X(holder_request, "本人申请")
X(name_correction, "更正姓名")
X(result_review, "成绩复核")
X(complaint, "投诉举报")
X(investigation, "调查中")
X(audit, "审计")
X(other, "其他")
