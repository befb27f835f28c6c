/* ctl/word.c - one table, whatever the member: no code word means two things. Reasons of refusals are codes
 * of problems, whose titles say them. */
#include "ctl/word.h"

#include <string.h>

#include "base/attr.h"
#include "http/problem.h"

static const char *const members[] = {"state", "role",   "by_role",    "event",   "reason",
                                      "action", "measure", "attendance", "outcome", "signs",
                                      "purpose", "basis",  "detail.reason"};

static const struct {
	const char *code, *zh;
} words[] = {
	/* states */
	{"active", "有效"},
	{"annulled", "已作废"},
	{"applied", "待审核"},
	{"approved", "已批准"},
	{"awaiting_approval", "待批准"},
	{"awaiting_publication", "公示中"},
	{"cancelled", "已取消"},
	{"closed", "已结束"},
	{"confirmed", "待批准"},
	{"completed", "已结业"},
	{"ended", "已终止"},
	{"enrolled", "已报名"},
	{"expired", "已过期"},
	{"given_up", "已放弃"},
	{"in_force", "有效"},
	{"not_completed", "未结业"},
	{"not_yet", "未生效"},
	{"open", "进行中"},
	{"planned", "计划中"},
	{"proposed", "待确认"},
	{"published", "已发布"},
	{"refused", "未批准"},
	{"rejected", "已驳回"},
	{"retired", "已停用"},
	{"retrying", "重试中"},
	{"revoked", "已撤销"},
	{"suspended", "已暂停"},
	{"upcoming", "即将启用"},
	{"valid", "有效"},
	{"void", "无效"},
	{"waiting", "等待中"},
	{"withheld", "暂缓发布"},
	{"working", "处理中"},
	/* roles */
	{"administrator", "管理部门"},
	{"auditor", "审计"},
	{"company", "企业"},
	{"employer", "用人单位"},
	{"institution", "机构"},
	/* what happened, what is asked for */
	{"erased", "删除个人信息"},
	{"issued", "发证"},
	{"reinstated", "恢复"},
	{"reissued", "换发"},
	{"submitted", "报送成绩"},
	{"voided", "宣告无效"},
	{"retirement", "停用"},
	{"revocation", "撤销"},
	{"rotation", "轮换"},
	{"suspension", "暂停"},
	/* what keys sign */
	{"certificates", "证书"},
	{"lists", "状态列表"},
	{"receipts", "查验回执"},
	/* why */
	{"appeal_upheld", "申诉成立"},
	{"closed_down", "注销或停办"},
	{"duplicate", "重复申请"},
	{"evidence_missing", "材料不全"},
	{"evidence_wrong", "材料不实"},
	{"licence_lost", "资质失效"},
	{"merged", "合并"},
	{"not_eligible", "不符合条件"},
	{"violation", "违规"},
	{"audit", "审计"},
	{"complaint", "投诉举报"},
	{"consent_withdrawn", "撤回同意"},
	{"exam_irregularity", "考务违规"},
	{"fraud", "舞弊"},
	{"holder_request", "本人申请"},
	{"identity_error", "身份有误"},
	{"investigation", "调查中"},
	{"issued_in_error", "误发"},
	{"name_correction", "更正姓名"},
	{"not_convincing", "证据不足"},
	{"not_the_holder", "非持证人"},
	{"other", "其他"},
	{"outside_scope", "超范围评价"},
	{"own_request", "本单位申请"},
	{"policy_change", "政策调整"},
	{"quality", "评价质量问题"},
	{"remedied", "整改完成"},
	{"purpose_achieved", "目的已实现"},
	{"result_review", "成绩复核"},
	{"unlawful", "违法处理"},
	{"withdrawn", "已撤回"},
	/* where a name comes from */
	{"enrolment", "报名"},
	{"released", "已解除"},
	{"result", "成绩"},
	/* results */
	{"absent", "缺考"},
	{"fail", "不合格"},
	{"pass", "合格"},
	{"present", "到考"},
	/* measures */
	{"assessments_taken", "参加考评人次"},
	{"certificates_company", "企业证书"},
	{"certificates_skill_grade", "职业技能等级证书"},
	{"mid_or_higher", "其中中级及以上"},
	{"newly_certified", "新培养持证人才"},
	{"sessions_completed", "已结业培训班"},
	{"trained_people", "培训结业人数"},
	{"training_completions", "培训结业人次"},
};

static bool is_coded(const char *member)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (strcmp(members[i], member) == 0)
			return true;
	return false;
}

const char *word_text(const char *member, const char *value, enum lang lang)
{
	if (lang != LANG_ZH || !is_coded(member))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].code, value) == 0)
			return words[i].zh;
	const struct problem *problem = problem_find(slice_of(value));
	return problem ? problem->text[lang].title : NULL;
}
