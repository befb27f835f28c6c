/* domain/site_reason_list.h - why a site ends: X(code, what it is called in Chinese). The API takes these codes,
 * talentctl's help lists them. */

X(closed_down, "停办")
X(moved, "迁址")
X(merged, "合并")
X(lease_over, "场地到期")
X(violation, "违规")
X(own_request, "本单位申请")
X(policy_change, "政策调整")
X(other, "其他")
