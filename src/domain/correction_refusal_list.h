/* domain/correction_refusal_list.h - why an administrator refuses a correction, or its body withdraws it: X(code, what it
 * is called in Chinese). The API takes these codes, talentctl's help lists them. */

X(evidence_missing, "材料不全")
X(evidence_contradicts, "材料与申请不符")
X(not_founded, "理由不成立")
X(resit_is_another_exam, "补考须另行登记考试")
X(asked_in_error, "误提申请")
X(other, "其他")
