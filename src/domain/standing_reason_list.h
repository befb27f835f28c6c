/* domain/standing_reason_list.h - why an accreditation, a recognition or an agreement is suspended, reinstated or
 * ended: X(code, what it is called in Chinese). The API takes these codes, talentctl's help lists them. */

X(quality, "评价质量问题")
X(outside_scope, "超范围评价")
X(exam_irregularity, "考务违规")
X(fraud, "舞弊")
X(complaint, "投诉举报")
X(investigation, "调查中")
X(own_request, "本单位申请")
X(remedied, "整改完成")
X(appeal_upheld, "申诉成立")
X(policy_change, "政策调整")
X(other, "其他")
