/* domain/link_reason_list.h - why two people are found to be one: X(code, what it is called in Chinese). The API takes
 * these codes, talentctl's help lists them. */

X(other_document, "以另一证件登记")
X(document_renewed, "证件换发")
X(entry_error, "录入有误")
X(other, "其他")
