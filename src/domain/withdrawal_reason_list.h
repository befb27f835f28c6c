/* domain/withdrawal_reason_list.h - why somebody leaves a training session: X(code, what it is called in Chinese). The
 * API takes these codes, talentctl's help lists them. */

X(own_wish, "本人退出")
X(transferred, "转入其他班次")
X(not_eligible, "不符合条件")
X(never_came, "未到课")
X(entry_error, "录入有误")
X(other, "其他")
