/* domain/recheck_reason_list.h - what a candidate wants checked again: X(code, what it is called in Chinese). The API takes
 * these codes, talentctl's help lists them. */

X(marking_error, "评分有误")
X(marking_omitted, "漏评")
X(adding_up, "合分有误")
X(entry_error, "录入有误")
X(attendance_error, "签到记录有误")
X(other, "其他")
