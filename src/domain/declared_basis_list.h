/* domain/declared_basis_list.h - what a body has seen when it declares that a candidate meets a condition of a level:
 * X(code, what it is called in Chinese). The API takes these codes. */

X(certificate, "其他机构颁发的等级证书")
X(employer_statement, "单位工作证明")
X(social_insurance, "社会保险缴费记录")
X(diploma, "学历证书")
X(other, "其他材料")
