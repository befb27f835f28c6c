/* domain/organisation_reason_list.h - why an application is refused, or an organisation is suspended, reinstated or
 * ends: X(code, what it is called in Chinese). The API takes these codes, talentctl's help lists them. */

X(not_eligible, "不符合条件")
X(evidence_missing, "材料不全")
X(evidence_wrong, "材料不实")
X(duplicate, "重复申请")
X(own_request, "本单位申请")
X(violation, "违规")
X(fraud, "舞弊")
X(complaint, "投诉举报")
X(investigation, "调查中")
X(licence_lost, "资质失效")
X(closed_down, "注销或停办")
X(merged, "合并")
X(remedied, "整改完成")
X(appeal_upheld, "申诉成立")
X(policy_change, "政策调整")
X(other, "其他")
