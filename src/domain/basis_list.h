/* domain/basis_list.h - on what ground a person is erased (PIPL 47): X(code, what it is called in Chinese). The API takes
 * these codes, talentctl's help lists them. */

X(holder_request, "本人申请")
X(consent_withdrawn, "撤回同意")
X(purpose_achieved, "目的已实现")
X(unlawful, "违法处理")
X(other, "其他")
