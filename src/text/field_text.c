/* text/field_text.c - one table. %1 and %2 stand for the entry's limits, %s for what it names. A row
 * without a short form uses the sentence without its full stop. */
#include "text/field_text.h"

#include <inttypes.h>

#include "base/buf.h"

struct text_row {
	const char *code, *zh, *en, *zh_short, *en_short;
};

static const struct text_row rows[] = {
	/* Any input. */
	{"required", "此项必填。", "This field is required.", NULL, "required"},
	{"unknown_field", "不认识的字段。", "Unknown field. Remove it or check its spelling.", NULL,
	 "unknown field"},
	{"wrong_type", "数据类型不符。", "Wrong type of value.", NULL, "wrong type"},
	{"too_long", "最多 %2 个字符。", "At most %2 characters.", NULL, NULL},
	{"too_short", "至少 %1 个字符。", "At least %1 characters.", NULL, NULL},
	{"characters", "第 %1 个字符 %s 不能在此使用，请删去或改正。",
	 "Character %1, %s, is not allowed here. Remove or correct it.", "第 %1 个字符 %s 不能在此使用",
	 "character %1, %s, is not allowed here"},
	{"out_of_range", "应在 %1 至 %2 之间。", "Must be between %1 and %2.", NULL, NULL},
	{"whole_number", "应为整数。", "Must be a whole number.", NULL, NULL},
	{"decimals", "最多两位小数。", "At most two decimals.", NULL, NULL},
	{"date", "应为真实存在的日期，格式为 YYYY-MM-DD。",
	 "Must be a date that exists, as YYYY-MM-DD.", NULL, NULL},
	{"uuid", "应为 UUID。", "Must be a UUID.", NULL, NULL},
	{"not_half_width", "第 %1 个字符 %s 不是半角字符，请改用半角数字、字母和标点，且不加空格。",
	 "Character %1, %s, is not a plain one: use half-width digits, letters and signs, without spaces.", NULL, NULL},
	{"not_a_choice", "不在可选值之内。", "Not one of the allowed values.", NULL, NULL},
	{"one_of", "应为以下之一：%s。", "Must be one of: %s.", NULL, NULL},
	{"too_many", "最多 %2 项。", "At most %2 items.", NULL, NULL},
	{"too_few", "至少 %1 项。", "At least %1 items.", NULL, NULL},
	{"duplicate", "与前面的一项重复。", "Repeats an earlier item.", NULL, NULL},

	/* Query parameters. */
	{"unknown_parameter", "此地址不支持该参数。", "Not a parameter of this address.", NULL, NULL},
	{"repeated_parameter", "该参数只能出现一次。", "Give it only once.", NULL, NULL},
	{"encoding", "不是合法的百分号编码文本。", "Must be percent-encoded UTF-8 without control characters.",
	 NULL, NULL},
	{"cursor", "应为前一页给出的 next_cursor。", "Must be the next_cursor of an earlier page.", NULL,
	 NULL},

	/* Verification. */
	{"code_or_number", "请填写查验码，或填写证书编号和姓名，或提交电子凭证，三者只取其一。",
	 "Give a verification code, or a certificate number with the name, or a credential.", NULL, NULL},
	{"items_alone", "批量查验时，其他字段应放在各项之内。",
	 "With items, everything else belongs inside the items.", NULL, NULL},

	/* Names. */
	{"name_empty", "请填写姓名。", "Enter the name.", NULL, NULL},
	{"name_too_long", "姓名最多 100 个字符。", "A name has at most 100 characters.",
	 "最多 100 个字符", "at most 100 characters"},
	{"name_character", "姓名只能含有文字、空格和 · . ' - ，请删去其他字符。",
	 "A name may contain letters, spaces and · . ' - only. Remove other characters.",
	 "只能含有文字、空格和 · . ' -", "only letters, spaces and · . ' -"},
	{"name_character_at", "姓名的第 %1 个字符 %s 不能用于姓名，请删去或改正。",
	 "Character %1 of the name, %s, is not used in names. Remove or correct it.",
	 "第 %1 个字符 %s 不能用于姓名", "character %1, %s, is not used in names"},
	{"name_space", "姓名中间不能有连续的空格。", "A name may not contain several spaces in a row.",
	 "中间不能有连续的空格", "several spaces in a row"},
	{"name_dot", "姓名的开头、结尾不能有间隔号或连字符，两者也不能连用。",
	 "A dot or hyphen needs a name on both sides, and stands alone.",
	 "间隔号或连字符位置不对", "a dot or hyphen needs a name on both sides"},

	/* Identity documents. */
	{"id_type_unknown",
	 "不认识的证件类型。可用：resident_id（身份证）、hmt_residence（港澳台居民居住证）、"
	 "foreign_pr（外国人永久居留身份证）、passport（护照）、hm_permit（回乡证）、tw_permit（台胞证）。",
	 "Unknown document type. Use resident_id, hmt_residence, foreign_pr, passport, "
	 "hm_permit or tw_permit.",
	 "不认识的证件类型；可填：身份证、港澳台居民居住证、外国人永久居留身份证、护照、回乡证、台胞证",
	 "unknown document type; use resident_id, hmt_residence, foreign_pr, passport, hm_permit or "
	 "tw_permit"},
	{"id_number_in_text", "这里不能含有证件号码，请删去。", "There is an ID number in it. Take it out.",
	 "这里不能含有证件号码", "has an ID number in it"},
	{"id_check_digit", "身份证号码校验位不符，请核对第 18 位和录入顺序。",
	 "The ID number's check digit does not match. Check the 18th character and the order "
	 "of the digits.",
	 "校验位不符", "check digit does not match"},
	{"id_length", "证件号码应为 %s 位，现为 %1 位，请核对是否漏录或多录。",
	 "The document number should have %s characters and has %1. Check for missing or extra ones.",
	 "应为 %s 位，现为 %1 位", "should have %s characters, has %1"},
	{"id_leading_zero",
	 "证件号码应为 %s 位，现为 %1 位；表格软件可能去掉了开头的 0，请把该列设为文本格式后重新录入。",
	 "The document number should have %s characters and has %1. A spreadsheet may have dropped zeros "
	 "in front: format the column as text, then enter it again.",
	 "应为 %s 位，现为 %1 位；表格软件可能去掉了开头的 0",
	 "should have %s characters, has %1; a spreadsheet may have dropped zeros in front"},
	{"id_characters", "证件号码的第 %1 个字符 %s 不是该证件使用的字符，请核对字母大小写和标点。",
	 "Character %1 of the document number, %s, is not used by this document. Check capitals and "
	 "punctuation.",
	 "第 %1 个字符 %s 不是该证件使用的字符", "character %1, %s, is not used by this document"},
	{"id_birth_date", "证件号码中的出生日期不存在，请核对第 7 至 14 位。",
	 "The birth date in the document number does not exist. Check its digits.",
	 "其中的出生日期不存在", "its birth date does not exist"},
	{"id_future_date", "证件号码中的出生日期晚于今天，请核对。",
	 "The birth date in the document number is in the future. Check its digits.",
	 "其中的出生日期晚于今天", "its birth date is in the future"},
	{"born_after_exam", "证件号码中的出生日期晚于考试日期，请核对。",
	 "The birth date in the document number is after the day of the exam. Check its digits.",
	 "其中的出生日期晚于考试日期", "its birth date is after the day of the exam"},
	{"age_below_minimum", "考生在考试当日未达到最低申报年龄。", "The candidate is below the least age on the day of the exam.",
	 "未达到最低申报年龄", "its holder is below the least age on the day of the exam"},
	{"prerequisite_unmet", "未满足该等级的申报条件；如有本系统以外的证书、工作年限或学历，请填写申报依据。",
	 "None of the conditions of this level is met. Declare what was held, worked or studied elsewhere, with its basis.",
	 NULL, NULL},
	{"prerequisite_too_recent", "取得下一等级证书的时间未满规定年限；如另有工作年限，请填写申报依据。",
	 "The certificate of the level below is too recent. Declare the years of work, with their basis.", NULL, NULL},
	{"level_held", "考生已持有该工种更高等级的证书。", "The candidate holds a higher level of this work type already.", NULL,
	 NULL},
	{"declared_empty", "申报情况至少须含等级、年限、学历之一。", "Declare at least one of level, years and education.", NULL, NULL},
	{"id_area", "证件号码的开头与证件类型不符，请核对证件类型和号码。",
	 "The document number's first digits do not belong to this document type. Check both.",
	 "开头与证件类型不符", "first digits do not belong to this document type"},
	{"id_spreadsheet_number",
	 "表格软件已把号码变成科学计数（如 3.10199E+17），末尾几位已丢失。"
	 "请把该列设为文本格式后重新录入。",
	 "The spreadsheet turned the number into a form like 3.10199E+17 and its last digits are "
	 "lost. Format the column as text, then enter it again.",
	 "已被表格软件变成科学计数，末尾几位已丢失；请把该列设为文本格式后重新录入",
	 "turned into a form like 3.10199E+17 and its last digits are lost; format the column as "
	 "text, then enter it again"},
	{"id_rounded",
	 "证件号码末四位均为 0：表格软件只保留 15 位数字，末尾几位已丢失。请把该列设为文本格式后重新录入。",
	 "The number's last four digits are zero: a spreadsheet keeps 15 digits, and the others are "
	 "lost. Format the column as text, then enter it again.",
	 "末四位均为 0，已被表格软件改动；请把该列设为文本格式后重新录入",
	 "the last four digits are zero, as a spreadsheet makes them; format the column as text, then "
	 "enter it again"},
	{"id_perhaps_rounded",
	 "证件号码末三位均为 0：表格软件只保留 15 位数字，末尾几位可能已丢失。请与证件核对；"
	 "如确实无误，请在“已核对”列（id_confirmed）注明。",
	 "The number's last three digits are zero: a spreadsheet keeps 15 digits, and the others may be "
	 "lost. Compare it with the document; if it is right, say so with id_confirmed.",
	 "末三位均为 0，可能已被表格软件改动；请与证件核对，如确实无误，在“已核对”列填“是”",
	 "the last three digits are zero, as a spreadsheet may have made them; compare with the document, "
	 "and if it is right put yes into the column id_confirmed"},
	{"id_country_required", "护照须填写签发国家（护照上所印的代码，如 JPN）。",
	 "A passport needs its issuing country (the code printed in it, as JPN).", NULL, NULL},
	{"id_country_unknown", "签发国家应为护照上所印的大写字母代码，如 JPN、D、GBN。",
	 "The issuing country must be the code printed in the passport, in capitals, as JPN, D, GBN.",
	 "应为护照上所印的大写字母代码", "must be the code printed in the passport, in capitals"},
	{"id_country_not_applicable", "签发国家仅适用于护照，请删去。",
	 "Only a passport has an issuing country here. Remove it.", "仅适用于护照", "passports only"},

	/* Results. */
	{"score_range", "成绩应在 0 至 100 之间。", "A score must be between 0 and 100.",
	 "应在 0 至 100 之间", "must be between 0 and 100"},
	{"part_not_applicable", "综合评审仅适用于二级和一级。",
	 "A comprehensive review applies to levels 2 and 1 only.", "仅适用于二级和一级",
	 "levels 2 and 1 only"},
	{"absent_with_score", "缺考者不能有成绩，请删去成绩或改为到考。",
	 "A person who was absent has no scores. Remove them or change the attendance.", "缺考者不能有成绩",
	 "absent, so there can be no score"},
	{"number_without_pass", "成绩不合格或缺考者没有证书编号，请删去编号。",
	 "Only a pass has a certificate number. Remove the number.", "不合格或缺考者没有证书编号",
	 "only a pass has a certificate number"},
	{"number_minted_here", "本次考试的站点自行编号，请删去证书编号。",
	 "The exam's site gives its certificates their numbers. Remove the number.", "由考试站点编号，请删去",
	 "the exam's site gives the number"},
	{"number_needed", "本次考试的站点不自行编号，请填写合格者的证书编号。",
	 "The exam's site gives no numbers. Send the certificate's number with the result of who passed.",
	 "合格者须有证书编号", "who passed needs a certificate number"},
	{"number_stays", "成绩原已合格，证书编号不因更正改变，请删去编号。",
	 "The result is a pass already, and its certificate keeps its number. Remove the number.",
	 "证书编号不变，请删去", "the certificate keeps its number"},
	{"not_absent", "该考生并非缺考，缺考更正不适用；更正成绩请用 score。",
	 "This person was not recorded as absent. To correct a score, the kind is score.", "并非缺考", "was not absent"},
	{"was_absent", "该考生登记为缺考，没有可更正的成绩；误记缺考请用 absence。",
	 "This person was recorded as absent. If that was a mistake, the kind is absence.", "登记为缺考",
	 "was recorded as absent"},
	{"not_of_kind", "此类更正不含该项，请删去；更正成绩或误记缺考填 scores，更正姓名或证件填 candidate。",
	 "This kind of correction does not take it. A score or an absence takes scores, a name or an ID document candidate.",
	 "此类更正不含该项", "not for this kind of correction"},
	{"document_differs", "与该成绩登记的证件不同；更正姓名须填登记的证件，更正证件请用 id_document。",
	 "This is not the document of the result. A name is corrected with the recorded document; to correct that, the kind is "
	 "id_document.", "与登记的证件不同", "not the recorded document"},
	{"same_document", "与登记的证件相同，没有需要更正的内容。", "This is the recorded document: nothing would change.",
	 "与登记的相同", "the same as recorded"},
	{"candidate_name_differs", "与该成绩登记的姓名不同；更正证件须填登记的姓名，更正姓名请用 name。",
	 "This is not the name of the result. A document is corrected with the recorded name; to correct that, the kind is name.",
	 "与登记的姓名不同", "not the recorded name"},
	{"same_name", "与登记的姓名相同，没有需要更正的内容。", "This is the recorded name: nothing would change.", "与登记的相同",
	 "the same as recorded"},
	{"same_person", "不能与自身关联。", "A person is not linked to itself.", "不能与自身关联", "is the person itself"},
	{"nothing_changes", "与登记的成绩相同，没有需要更正的内容。",
	 "These are the recorded scores: nothing would change.", "与登记的相同", "the same as recorded"},
	{"number_format", "职业技能等级证书编号应为 1 位大写字母（S、Y 或 J）加 21 位数字。",
	 "A skill-grade certificate number is one capital letter (S, Y or J) and 21 digits.",
	 "应为 1 位大写字母加 21 位数字", "must be one capital letter and 21 digits"},
	{"number_character",
	 "证书编号的第 %1 个字符 %s 不能使用；应为 1 位大写字母（S、Y 或 J）加 21 位数字，半角且不含空格。",
	 "Character %1 of the certificate number, %s, is not used in one: it is one capital letter (S, Y or J) and "
	 "21 digits, half-width and without spaces.",
	 "第 %1 个字符 %s 不能使用，应为 1 位大写字母加 21 位数字",
	 "character %1, %s, is not used; one capital letter and 21 digits are"},
	{"number_length", "职业技能等级证书编号应为 22 位，现为 %1 位：1 位大写字母（S、Y 或 J）加 21 位数字。",
	 "A skill-grade certificate number has 22 characters, this one has %1: one capital letter (S, Y or J) and "
	 "21 digits.",
	 "应为 22 位，现为 %1 位", "should have 22 characters, has %1"},
	{"number_body", "证书编号前 13 位与本评价机构代码不符。",
	 "The certificate number's first 13 characters are not this evaluation body's code.",
	 "前 13 位与本评价机构代码不符", "first 13 characters are another body's code"},
	{"number_year", "证书编号第 14、15 位与年份不符。",
	 "Characters 14 and 15 of the certificate number do not match the year.",
	 "第 14、15 位与年份不符", "characters 14 and 15 do not match the year"},
	{"printed_before_exam", "印制日期不能早于考试日期。", "What is printed is not dated before the exam.", NULL, NULL},
	{"number_level", "证书编号第 16 位与本次考试的等级不符。",
	 "Character 16 of the certificate number does not match the exam's level.",
	 "第 16 位与等级不符", "character 16 does not match the level"},

	/* Training sessions. */
	{"occupation_code", "职业编码格式应如 4-01-06-02。",
	 "An occupation code has the form 4-01-06-02.", NULL, NULL},
	{"edition", "版本应为四位年份，如 2022。", "An edition is a four-digit year, as 2022.", NULL, NULL},
	{"district", "区划代码应为 6 位数字，如 310105。",
	 "A district is a six-digit code, as 310105.", NULL, NULL},
	{"right_unsuitable", "审计员只能有 reads 权限。", "An auditor reads.", NULL, NULL},
	{"name_needed", "请填写管理员姓名（须由第二名管理员批准），或以本人 id 填写 staff。",
	 "Name the administrator, whom a second person approves; or give your own id as staff.", NULL, NULL},
	{"name_for_administrators", "只有管理员的令牌填写姓名；其他人员请使用邀请码。",
	 "Only a new administrator's token is given a name; others are invited.", NULL, NULL},
	{"not_yourself", "只能为本人登记；其他人员请使用邀请码。", "Only for yourself; others are invited.", NULL, NULL},
	{"date_order", "结束日期不能早于开始日期。", "The end may not be before the start.", NULL, NULL},
	{"date_in_future", "日期不能晚于今天。", "The date may not be in the future.", NULL, NULL},
	{"date_in_past", "日期不能早于今天。", "The date may not be in the past.", NULL, NULL},
	{"from_in_past", "日期不能早于今天，已办理的事项不受影响。",
	 "The day may not be in the past: what was done stays as it was.", NULL, NULL},
	{"from_in_future", "日期不能晚于今天。", "The date may not be in the future.", NULL, NULL},
	{"before_end", "结业日期不能早于培训的最后一天。", "The completion may not be before the session's last day.",
	 NULL, NULL},
	{"completed_before_end", "结业日期不能早于培训的最后一天。",
	 "The completion may not be before the session's last day.", NULL, NULL},
	{"before_session", "考试日期不能早于所属培训班次的开班日期。",
	 "The exam may not be held before its session begins.", NULL, NULL},
	{"born_after_session", "证件号码中的出生日期晚于开班日期，请核对。",
	 "The birth date in the document number is after the session's first day. Check its digits.",
	 "其中的出生日期晚于开班日期", "its birth date is after the session's first day"},
	{"enrolment_unknown", "其中有不属于本班次或已退出的报名。",
	 "One of these enrolments is not of this session, or was withdrawn from it.", NULL, NULL},
	{"person_name_differs", "该证件登记的姓名与此不同，请核对姓名和证件号码。",
	 "The document is registered with another name. Check both.", "登记的姓名与此不同", "is registered with another name"},
	{"hours_range", "课时应在 0 至 2000 之间。", "Hours must be between 0 and 2,000.", NULL, NULL},
	{"hours_above_day", "一天的课时不能超过 24。", "A day has 24 hours.", NULL, NULL},
	{"day_outside_session", "该日不在班次的开班日期与结束日期之间。",
	 "The day is not one of the session's, from its first to its last.", NULL, NULL},
	{"day_in_future", "日期不能晚于今天。", "The date may not be in the future.", NULL, NULL},
	{"attendance_mixed", "其中有学员的课时已按另一种方式（按日或合计）登记。",
	 "The hours of one of these are recorded the other way: by days, or in all.", NULL, NULL},
	{"attendance_differs", "其中有学员的课时与按日登记的合计不符；请更正考勤，或不填其课时。",
	 "The hours of one of these are not those recorded day by day. Correct these, or leave the hours out.", NULL,
	 NULL},
	{"dates_order", "结束日期不能早于开班日期。", "The last day may not be before the first.", NULL, NULL},
	{"capacity_below_enrolled", "名额不能少于已报名人数。", "More people are enrolled than that.", NULL, NULL},
	{"attendance_before", "该日之前已有考勤记录。", "Somebody attended before that day.", NULL, NULL},
	{"attendance_after", "该日之后已有考勤记录。", "Somebody attended after that day.", NULL, NULL},
	{"begins_before_enrolment", "开班日期提前后不能早于已报名学员的登记日期。",
	 "A session that is moved forward may not begin before the day on which somebody was enrolled.", NULL, NULL},
	{"begins_after_exam", "所属考试将早于开班日期举行。", "An exam of this session would be held before it begins.", NULL,
	 NULL},
	{"standard_not_in_force_then", "该班次所依据的标准在此日不在施行期内，或届时不设此工种、等级。",
	 "The session's standard is not in force on that day, or has not this work type and level then.", NULL, NULL},

	/* Programmes. */
	{"area_unknown", "没有此区域。", "There is no such area.", NULL, NULL},
	{"occupations_unknown", "其中有不存在的职业编码。", "One of these is no occupation's code.", NULL, NULL},
	{"programme_slug", "代号只能含小写字母、数字和连字符，以字母开头。",
	 "Small letters, digits and single hyphens, beginning with a letter.", NULL, NULL},
	{"window_order", "结束日期不能早于开始日期。", "The window may not end before it begins.", NULL, NULL},
	{"milestone_before_window", "有里程碑在此日期之前达成。", "A milestone was reached before that day.", NULL, NULL},
	{"district_prefix", "没有以此开头的区划代码。", "No district's code begins so.", NULL, NULL},
	{"reached_in_future", "日期不能晚于今天。", "The date may not be in the future.", NULL, NULL},
	{"before_window", "日期不能早于工作方案的起始日期。", "The day may not be before the programme's window.", NULL, NULL},
	{"goal_kind", "数量目标不能改为里程碑，里程碑也不能改为数量目标；请另设目标。",
	 "A number stays a number and a milestone a milestone: add another goal.", NULL, NULL},
	{"milestone_has_no_measures", "里程碑没有目标值，因此没有统计指标和规则。",
	 "A milestone has no target, and so neither measures nor a rule.", NULL, NULL},
	{"measure_unknown", "应为该工作方案统计的一项或多项指标，不重复。",
	 "Must be measures that the programme counts, at least one, each once.", NULL, NULL},
	{"measures_not_added", "目标只能是人次之和，或一项人数；人数不能相加。",
	 "A goal adds up person-times, or is one measure of people: people are not added, nor are other units.", NULL, NULL},
	{"rule_unknown", "没有此统计规则或版本。", "There is no counting rule of that name and version.", NULL, NULL},

	/* Policies. */
	{"policy_order", "默认公示天数不得低于下限，自该日起的任何一天均如此；请一并调整另一项。",
	 "From that day on the default would be below the minimum on some day. Set the other one first.", NULL, NULL},
	{"publicity_too_short", "公示天数不得少于政策规定的下限。",
	 "Fewer days of publicity than the policy publicity_days_min demands.", NULL, NULL},

	/* What sessions and exams name. */
	{"work_type_unknown", "该职业没有此工种，请核对职业编码、版本和工种。",
	 "This occupation has no such work type. Check occupation, edition and work type.", NULL,
	 NULL},
	{"level_not_offered", "该工种不设此等级。", "This work type has no such level.", NULL, NULL},
	{"standard_unknown", "没有此名称的职业技能标准。", "There is no standard of this name.", NULL, NULL},
	{"standard_differs", "该标准不属于所填的职业编码和版本。", "This standard belongs to another occupation or edition.",
	 NULL, NULL},
	{"standard_not_in_force", "该标准在考试日期（培训班为结束日期，备案和认可为起始日）不在施行期内。",
	 "This standard is not in force on the day of the exam, the last day of the session, or the first day of the "
	 "accreditation or recognition.", NULL, NULL},
	{"not_a_successor", "该标准不是考试现依据标准的后续标准：须为同一职业，且施行日期较晚。",
	 "This standard does not follow the exam's: it must be of the same occupation, and begin later.", NULL, NULL},
	{"standard_name", "标准名称应为职业名称、斜杠和四位年份，如 互联网营销师/2021。",
	 "A standard is named after its occupation and year, as 互联网营销师/2021.", NULL, NULL},
	{"standard_year", "标准名称中的年份应为颁布年份。", "The year in the name must be the one it was issued in.", NULL,
	 NULL},
	{"name_differs", "标准名称应以该职业的名称开头。", "The name must begin with that of the occupation.", NULL, NULL},
	{"name_taken", "已有同名的标准。", "Another standard has this name.", NULL, NULL},
	{"occupation_unknown", "职业分类大典中没有此编码和版本的职业，请核对。",
	 "The dictionary has no occupation of this code and edition. Check both.", NULL, NULL},
	{"before_issue", "施行日期不能早于颁布日期。", "It cannot be in force before it was issued.", NULL, NULL},
	{"standard_overlaps", "该职业另有标准在此期间施行；同一天只能施行一个标准。",
	 "Another standard of the occupation is in force on one of these days; there can be one on a day.", NULL, NULL},
	{"standard_ended", "该标准已经终止。", "The standard has ended.", NULL, NULL},
	{"date_gone_by", "已经过去的日子不能改动：新版本须自明天或以后施行，终止须为今天或以后。",
	 "Days gone by stay as they are: a version begins tomorrow or later, an end is today or later.", NULL, NULL},
	{"before_version", "日期须晚于现有最新版本的施行日期。",
	 "The day must be behind the first day of the last version there is.", NULL, NULL},
	{"after_end", "日期晚于该标准的终止日期。", "The day is behind the last day of the standard.", NULL, NULL},
	{"versions_full", "该标准的版本已达上限（20 个，或内容过多）；请终止该标准，另设新标准。",
	 "It has as many versions as a standard can have, 20 or less when they say much: let it end, and add another one.", NULL, NULL},
	{"standard_in_use", "已有考试或培训班安排在此后，且依据将被取消的内容；可先预览。终止标准时可用 announced_stay 保留。",
	 "Exams or sessions that are announced for later rely on what would go; a preview names them. A standard may end all "
	 "the same with announced_stay.", NULL, NULL},
	{"work_type_differs", "该职业已有同一代码而名称不同、或名称相同而代码不同的工种。",
	 "The occupation has a work type of that slug with another name, or of that name with another slug.", NULL, NULL},
	{"work_type_slug", "工种代码只能含小写字母、数字和连字符，并以字母开头。",
	 "A slug has lower-case letters, digits and dashes, and begins with a letter.", NULL, NULL},
	{"work_type_name", "工种须有中文和英文名称；不分工种的职业只能有一项，且两个名称均为 null。",
	 "A work type has a Chinese and an English name; an occupation without work types has one item, both names null.",
	 NULL, NULL},
	{"level_unknown", "没有此等级代码；可用 5、4、3、2、1、special、chief。",
	 "There is no level of this code; use 5, 4, 3, 2, 1, special or chief.", NULL, NULL},
	{"prerequisite_not_below", "申报条件所要求的等级须低于所申报的等级。",
	 "The level that is held must be below the one that is applied for.", NULL, NULL},
	{"condition_empty", "申报条件至少须含等级、年限、学历之一。",
	 "A condition names a level, years or an education.", NULL, NULL},
	{"version_or_end", "请填写新版本（valid_from 和 work_types），或终止日期（valid_to），两者只取其一。",
	 "Give a version (valid_from and work_types) or an end (valid_to), not both.", NULL, NULL},
	{"no_standard_in_force", "该职业在考试日期（培训班为结束日期）没有施行中的职业技能标准。",
	 "No standard of this occupation is in force on the day of the exam, or the last day of the session.", NULL,
	 NULL},
	{"partner_unknown", "没有此合作企业，请核对企业代号。",
	 "There is no such company. Check its short name.", NULL, NULL},
	{"district_differs", "区划代码与本机构的不同；可不填，将采用本机构的区划。",
	 "This is not the institution's district. Leave it out: the institution's is taken.", NULL, NULL},
	{"credit_code_length", "统一社会信用代码应为 18 位，现为 %1 位。",
	 "A unified social credit code has 18 characters; this has %1.", NULL, NULL},
	{"credit_code_character",
	 "统一社会信用代码的第 %1 位有误：只用数字和大写字母，不用 I、O、S、V、Z，第 3 至 8 位为数字。",
	 "Character %1 of the credit code is wrong: digits and capitals without I, O, S, V and Z; digits only from 3 to 8.",
	 NULL, NULL},
	{"credit_code_check", "统一社会信用代码的校验位不符，请核对第 18 位和录入顺序。",
	 "The credit code's check character does not match. Check the 18th character and the order.", NULL, NULL},
	{"slug_form", "代号以小写字母开头，只用小写字母、数字和单个连字符，最多 40 个字符。",
	 "A short name begins with a small letter and has small letters, digits and single hyphens, at most 40.", NULL,
	 NULL},
	{"slug_needed", "请填写代号；不填时以英文名称生成，而所填的英文名称不能生成。",
	 "Give a short name: without one it is made of the English name, which does not give any.", NULL, NULL},
	{"site_unknown", "该机构没有此站点，请核对站点编号。",
	 "The organisation has no such site. Check its id.", NULL, NULL},
	{"site_needed", "本机构有多个站点，请用 site 注明在哪一个举行。",
	 "Your organisation has several sites. Say with site at which one it takes place.", NULL, NULL},
	{"site_code_form", "站点代码只用小写字母、数字和单个连字符，最多 40 个字符，如 main。",
	 "A site's code has small letters, digits and single hyphens, at most 40 characters: main.", NULL, NULL},
	{"number_prefix_form", "证书编号前缀应为 13 位：1 位大写字母（S、Y 或 J）加 12 位数字。",
	 "A prefix of certificate numbers has 13 characters: one capital letter (S, Y or J) and 12 digits.", NULL, NULL},
	{"prefix_taken", "另一站点已使用该证书编号前缀。", "Another site has this prefix.", NULL, NULL},
	{"prefix_used", "已有证书编号以此开头，不能再作为本站点的前缀。",
	 "There are certificate numbers that begin so, which are another body's, or which this site would give again.", NULL,
	 NULL},
	{"prefix_needed", "由本站点编号（minted）时须有前缀。", "A site that mints its numbers needs a prefix.", NULL, NULL},
	{"site_ended", "该站点在此日期之前已终止。", "The site ends before that day.", NULL, NULL},
	{"site_ended_then", "该站点在此日期之前已终止。", "The session's site ends before that day.", NULL, NULL},
	{"session_cancelled", "该培训班次已取消。", "The session was cancelled.", NULL, NULL},
	{"used_later", "该日期之后仍有考试或培训在此站点举行。", "Exams or sessions take place there after that day.", NULL,
	 NULL},
	{"also_supplied_minted", "仅由本站点编号（minted）时可填，请删去。",
	 "Only a site that mints its numbers may be supplied some as well. Leave it out.", NULL, NULL},
	{"district_unknown", "没有此区划代码。", "There is no district with this code.", NULL, NULL},

	/* Accreditations, recognitions, agreements. */
	{"kind_unsuitable", "该机构的类型不符：备案须为评价机构，认可须为直播企业。",
	 "The organisation is of no suitable kind: accreditation is for evaluation bodies, recognition for "
	 "livestreaming companies.",
	 NULL, NULL},
	{"party_unclear", "两家机构均既是评价机构又是直播企业，请说明以何种身份提出。",
	 "Both organisations are an evaluation body and a company. Say as which this one proposes.", NULL, NULL},
	{"overlaps", "与已有的 %s 在部分日期和等级上重复，请先终止该项或改动日期。",
	 "Overlaps with %s on some days and levels. End that one first, or choose other days.", NULL, NULL},
	{"announced_late", "考试日期已过；逾期登记须由管理部门办理并说明原因。",
	 "The exam has been held already. An administrator announces it for the body, and says why.", NULL, NULL},
	{"not_on_roster", "该考生不在本次考试的名册内。", "This person does not stand on the roster of the exam.", NULL, NULL},
	{"roster_full", "考试名册最多 1,000 人。", "At most 1,000 people stand on the roster of an exam.", NULL, NULL},
	{"roster_demanded", "按政策考试须有考生名册。", "The policy exam_roster asks for a roster.", NULL, NULL},
	{"panel_not_applicable", "该等级没有综合评审，请删去。", "This level has no comprehensive review. Leave it out.", NULL, NULL},
	{"invigilators_per_candidate", "监考人员与考生配比不得低于 1:15。", "At least one invigilator for 15 candidates.", NULL, NULL},
	{"invigilators_per_room", "每个考场监考人员不得少于 2 人。", "At least two invigilators for each room.", NULL, NULL},
	{"assessors_below_three", "考评人员不得少于 3 人。", "At least three assessors.", NULL, NULL},
	{"assessors_even", "考评人员应为单数。", "The number of assessors must be odd.", NULL, NULL},
	{"assessors_per_candidate", "考评人员与考生配比不得低于 1:5。", "At least one assessor for five candidates.", NULL, NULL},
	{"panel_below_three", "综合评审委员不得少于 3 人。", "At least three members of the review's panel.", NULL, NULL},
	{"panel_even", "综合评审委员应为单数。", "The number of the panel's members must be odd.", NULL, NULL},
	{"no_standard_on_day", "该日没有施行中的职业技能标准。", "No standard of the occupation is in force on that day.", NULL, NULL},
	{"session_and_none", "session 与 no_session 不能同时填写。", "Give either session or no_session.", NULL, NULL},
	{"level_not_agreed", "与该企业的协议不含此职业、工种和等级。",
	 "The agreement with this company does not cover this occupation, work type and level.", NULL, NULL},
	{"no_standard_then", "协议期内有日期没有施行中的标准设此工种和等级；未设截止日的协议只看起始日。",
	 "On some day of the agreement no standard with this work type and level is in force; of one without a last day "
	 "only the first is looked at.", NULL, NULL},
	{"not_accredited_then", "评价机构的备案未涵盖协议期内每一天的此标准、工种和等级；未设截止日的协议只看起始日。",
	 "On some day of the agreement the body is not accredited for this standard, work type and level; of one without "
	 "a last day only the first is looked at.", NULL, NULL},
	{"not_recognised_then", "企业的认可未涵盖协议期内每一天的此标准、工种和等级；未设截止日的协议只看起始日。",
	 "On some day of the agreement the company is not recognised for this standard, work type and level; of one "
	 "without a last day only the first is looked at.", NULL, NULL},
	{"reserved_words", "名称含有国家证书的专用词语（如 中国、国家、全国、职业资格、职业技能等级）。",
	 "It has words that are reserved for the state's certificates, such as national or vocational qualification.",
	 NULL, NULL},
	{"company_code", "企业代码由大写字母和数字组成，以字母开头，可用 - . _ 分隔，如 XINGBO-001。",
	 "A company's code has capital letters and digits, a letter first, with - . _ between parts: XINGBO-001.", NULL,
	 NULL},
	{"company_code_taken", "该企业的此代码已用于其他名称或工种等级。",
	 "This code of the company means another title, work type or level.", NULL, NULL},
	{"confirmer_without_window", "未设确认期时不应填写确认人。", "Without a window nobody confirms. Leave it out.",
	 NULL, NULL},
	{"renewal_beyond_validity", "续期期限不能长于有效期。",
	 "The months of renewal lie within those of validity.", NULL, NULL},
	{"administrators_only", "仅限管理部门填写，请删去。",
	 "Only administrators give this. Leave it out.", NULL, NULL},
	{"ends_before", "本项将早于该日期终止；如需继续，请重新办理。",
	 "It ends before that day. To go on, grant a new one.", NULL, NULL},

	/* Tokens and client certificates. */
	{"organisation_unknown", "没有此机构，请核对机构代号。",
	 "There is no such organisation. Check its short name.", NULL, NULL},
	{"role_unsuitable", "该角色与所填机构不符。", "This role does not fit the organisation.", NULL,
	 NULL},
	{"districts_for_administrators", "只有管理部门的账号可以限定区域。",
	 "Only an administrator's account can be limited to districts.", NULL, NULL},
	{"certificate_pem", "应为 PEM 格式的 X.509 证书。",
	 "Must be an X.509 certificate in PEM form.", NULL, NULL},
};

static const struct text_row *find(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].code, code) == 0)
			return &rows[i];
	return NULL;
}

const char *field_text(const char *code, enum lang lang)
{
	const struct text_row *row = find(code);
	if (!row)
		return NULL;
	return lang == LANG_ZH ? row->zh : row->en;
}

/* Without "。" or "." at the end. */
static struct slice without_stop(struct slice s)
{
	struct slice stop = SLICE("。");
	if (s.n >= stop.n && memcmp(s.p + s.n - stop.n, stop.p, stop.n) == 0)
		return slice_from(s.p, s.n - stop.n);
	if (s.n > 0 && s.p[s.n - 1] == '.')
		return slice_from(s.p, s.n - 1);
	return s;
}

struct slice field_text_short(const char *code, enum lang lang)
{
	const struct text_row *row = find(code);
	if (!row)
		return SLICE_NONE;
	const char *brief = lang == LANG_ZH ? row->zh_short : row->en_short;
	return without_stop(slice_of(brief ? brief : field_text(code, lang)));
}

static const char *fill_in(struct slice text, const struct field *field, struct arena *arena)
{
	struct buf b = BUF_INIT(2 * KIB);
	for (size_t i = 0; i < text.n; i++) {
		char mark = text.p[i] == '%' && i + 1 < text.n ? text.p[i + 1] : '\0';
		if (mark == '1' || mark == '2')
			buf_addf(&b, "%" PRId64, field->limit[mark - '1']);
		else if (mark == 's')
			buf_adds(&b, field->what ? field->what : "?");
		else
			buf_addc(&b, text.p[i]);
		i += mark == '1' || mark == '2' || mark == 's';
	}
	const char *filled = arena_copy(arena, buf_slice(&b));
	buf_free(&b);
	return filled;
}

const char *field_detail(const struct field *field, enum lang lang, struct arena *arena)
{
	const char *text = field->hint ? field_text(field->hint, lang) : NULL;
	if (!text)
		text = field_text(field->code, lang);
	return fill_in(slice_of(text ? text : field->code), field, arena);
}

const char *field_code_at(size_t i)
{
	return i < ARRAY_LEN(rows) ? rows[i].code : NULL;
}
