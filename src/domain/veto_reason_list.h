/* domain/veto_reason_list.h - why a company vetoes a pass: X(code, what it is called in Chinese). The API takes these
 * codes, talentctl's help lists them. */

X(conduct, "违反从业规范")
X(not_suitable, "不符合企业要求")
X(identity_doubtful, "身份存疑")
X(irregularity, "考务异常")
X(other, "其他")
