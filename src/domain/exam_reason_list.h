/* domain/exam_reason_list.h - why an exam is cancelled: X(code, what it is called in Chinese). The API takes these
 * codes, talentctl's help lists them. */

X(too_few, "人数不足")
X(no_examiner, "考评人员不到位")
X(no_place, "场地不可用")
X(postponed, "延期另办")
X(irregularity, "考务异常")
X(entry_error, "录入有误")
X(other, "其他")
