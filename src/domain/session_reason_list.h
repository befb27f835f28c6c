/* domain/session_reason_list.h - why a training session is cancelled: X(code, what it is called in Chinese). The API
 * takes these codes, talentctl's help lists them. */

X(too_few, "人数不足")
X(no_teacher, "师资不到位")
X(no_place, "场地不可用")
X(postponed, "延期另办")
X(entry_error, "录入有误")
X(licence_lost, "资质失效")
X(other, "其他")
