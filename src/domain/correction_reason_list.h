/* domain/correction_reason_list.h - why a body asks for a correction: X(code, what it is called in Chinese). The API takes
 * these codes, talentctl's help lists them. */

X(marking_error, "评分有误")
X(marking_omitted, "漏评")
X(adding_up, "合分有误")
X(entry_error, "录入有误")
X(attendance_error, "签到记录有误")
X(misspelled, "书写有误")
X(name_changed, "依法更名")
X(document_renewed, "证件换发")
X(recheck, "复核结果")
X(other, "其他")
