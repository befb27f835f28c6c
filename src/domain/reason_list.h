/* domain/reason_list.h - why a certificate is revoked or suspended, or a result annulled: X(code, what it is called
 * in Chinese). The API takes these codes, talentctl's help lists them. */

X(issued_in_error, "误发")
X(fraud, "舞弊")
X(exam_irregularity, "考务违规")
X(identity_error, "身份有误")
X(holder_request, "本人申请")
X(investigation, "调查中")
X(appeal_upheld, "申诉成立")
X(other, "其他")
