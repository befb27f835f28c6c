/* domain/staffing_list.h - what the staff of an exam may fall short of: X(code, field of the plan, what it is called in
 * Chinese). The ratios are _staffing_lacks's (sql/functions). */

X(invigilators_per_candidate, invigilators, "监考人员少于考生的 1/15")
X(invigilators_per_room, invigilators, "每个考场监考人员少于 2 人")
X(assessors_below_three, assessors, "考评人员少于 3 人")
X(assessors_even, assessors, "考评人员不是单数")
X(assessors_per_candidate, assessors, "考评人员少于考生的 1/5")
X(panel_below_three, panel, "综合评审委员少于 3 人")
X(panel_even, panel, "综合评审委员不是单数")
