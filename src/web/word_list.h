/* web/word_list.h - every word of the pages, once: X(ID, Chinese, English). Included by word.h (the enum)
 * and word.c (the table); X is theirs to define. No guard. What problems say stands in
 * http/problem_list.h, what a certificate is called in domain/kind.c. */

/* ---- every page ---- */
X(REGISTRY, "人才证书登记", "Talent certificate registry")
X(OTHER_LANGUAGE, "English", "中文")
X(CHECK_ADDRESS, "请核对浏览器地址栏中的网址；假冒的查询网站会使用相似的名称和地址。",
  "Check the address in your browser: counterfeit look-up sites use similar names and addresses.")

/* ---- verdicts: title and note ---- */
X(VALID, "证书有效", "Valid certificate")
X(VALID_NOTE, "由登记系统即时核对。", "Checked against the registry just now.")
X(REVOKED, "证书已撤销", "Certificate revoked")
X(REVOKED_NOTE, "该证书曾经签发，现已被撤销，不再有效。",
  "It was issued and later revoked. It is not valid.")
X(REPLACED, "证书已更换", "Certificate replaced")
X(REPLACED_NOTE, "此二维码属于旧版证书，请向持证人索取新版。",
  "This code belongs to an older version. Ask for the new one.")
X(SUSPENDED, "证书已暂停", "Certificate suspended")
X(SUSPENDED_NOTE, "该证书目前被暂停使用。", "It may not be relied on at present.")
X(EXPIRED, "证书已过期", "Certificate expired")
X(EXPIRED_NOTE, "有效期已过。", "Its period of validity is over.")
X(NO_MATCH, "未找到相符的证书", "No matching certificate")
X(NO_MATCH_NOTE, "请核对编号和姓名；如仍不符，请联系发证机构。",
  "Check number and name; if it still fails, ask the issuer.")
X(NAME_DIFFERS, "姓名不符", "The name does not match")
X(NAME_DIFFERS_NOTE, "此证书登记的是另一姓名。请核对输入的姓名；如输入无误，则此证书不属于该人。",
  "This certificate is in another name. Check what you typed; if it is right, the certificate is not this "
  "person's.")
X(INCOMPLETE_CODE, "查验码不完整", "Not a complete code")
X(INCOMPLETE_CODE_NOTE, "完整的查验码为 26 位字母和数字，此网址中的不是。请重新扫描二维码，或在下方输入编号或查验码。",
  "A verification code has 26 letters and digits; the one in this address has not. Scan the QR code again, or "
  "enter number or code below.")
X(INCOMPLETE, "编号或查验码不完整", "Not a complete number or code")
X(INCOMPLETE_NOTE,
  "证书编号为 1 位字母加 21 位数字，企业证书编号形如 XINGBO-2026-00000001，查验码为 26 位字母和数字。"
  "请核对后重新输入，也可直接粘贴链接。",
  "A number is a letter and 21 digits, or of a company like XINGBO-2026-00000001; a code has 26 letters and "
  "digits. Check what you entered; a link can be pasted as it is.")
X(LINK_EXPIRED, "分享链接已失效", "Share link has ended")
X(LINK_EXPIRED_NOTE, "请向持证人索取新的链接。", "Ask the holder for a new link.")
X(UNCONFIRMED, "暂时无法确认", "Cannot be confirmed now")
X(UNCONFIRMED_NOTE, "请稍后再试。", "Try again shortly.")
/* Asking again changes nothing here: the certificate has to be issued anew. */
X(KEY_REVOKED_NOTE, "签发该证书的密钥已被撤销，请持证人联系发证机构重新签发。",
  "The key it was signed with was revoked. Ask the holder to have it issued anew.")
/* Number and name are right, and what is stored for them is not what the issuer signed: nothing that the
 * one who asks, or the holder, can mend. */
X(SIGNATURE_FAILED, "证书签名未通过核验", "The certificate's signature failed")
X(SIGNATURE_FAILED_NOTE,
  "登记系统中有此证书的记录，但其签名并非发证机构所签，不能作为有效证书使用；"
  "这可能不是持证人的过错。请凭查验记录号联系发证机构核实，核实之前请勿采信。",
  "The registry has a record of it whose signature is not its issuer's. Do not rely on it; it may "
  "not be the holder's fault. Ask the issuer and quote the reference below.")
X(NAME_MATCHES, "姓名相符：", "The name matches: ")
X(NAME_FOLDED, "与登记的姓名写法不同，比对时不计：", "Spelled otherwise than recorded; not told apart: ")
X(NUMBER_FOLDED, "与证书编号写法不同，查找时不计：", "The number is written otherwise; not told apart: ")
X(CHECK_NAME_BELOW, "是否为本人的证书，请在下方核对姓名。", "Check below whether it is this person's.")

/* ---- a certificate ---- */
X(HOLDER, "持证人", "Holder")
X(TITLE, "证书名称", "Title")
X(LEVEL, "等级", "Level")
X(NUMBER, "证书编号", "Number")
X(ISSUER, "发证机构", "Issuer")
X(ISSUED_ON, "发证日期", "Issued")
X(VALID_UNTIL, "有效期至", "Valid until")
X(REVOKED_ON, "撤销日期", "Revoked")
X(SUSPENDED_ON, "暂停日期", "Suspended")

/* ---- looking one up ---- */
X(VERIFY_CERTIFICATE, "证书查验", "Verify a certificate")
X(NUMBER_OR_CODE, "证书编号或查验码", "Certificate number or verification code")
X(HOLDER_NAME, "持证人姓名", "Holder's full name")
X(VERIFY, "查验", "Verify")
X(CHECK_HOLDER_NAME, "核对持证人姓名", "Check the holder's full name")
X(CHECK, "核对", "Check")
X(CHECK_NOTE, "请输入求职者出示的完整姓名。", "Enter the full name the applicant has shown you.")
X(CHECKED_AT, "查验时间（北京时间）", "Checked at (Beijing time) ")
X(REFERENCE, "查验记录号 ", "Reference ")
X(RECORD_NOT_KEPT, "本次查验未能留存记录；如需记录号，请稍后再查一次。",
  "No record of this check could be kept. Check again if you need one.")

/* ---- the record of a verification ---- */
X(RECORD, "查验记录", "Record of a check")
X(RECORD_NOTE, "持有记录号者均可查看。记录的是当时的答复，不是现在的状态。",
  "Whoever holds its reference may see it. It says what was answered then, not how things stand now.")
X(RECORD_RESULT, "当时结果", "Answered then")
X(RECORD_NAME, "姓名核对", "Name")
X(RECORD_NAME_PASSED, "相符", "matched")
X(RECORD_NAME_FAILED, "不符", "did not match")
X(RECORD_NAME_NOT_MADE, "未核对", "not compared")
X(RECORD_CHECKED_AT, "查验时间（北京时间）", "Checked at (Beijing time)")
X(RECORD_REFERENCE, "查验记录号", "Reference")
X(RECORD_KEPT_UNTIL, "保存至", "Kept until")
X(RECORD_NOW, "目前状态", "Now")
X(RECORD_CHANGED, "此后状态已变更。", "It has changed since.")
X(RECORD_SINCE, "自", "Since")
X(RECORD_CERTIFICATE, "证书", "Certificate")
X(RECORD_NO_CERTIFICATE, "未出示证书", "none was shown")
X(RECEIPT, "证书查验回执", "Receipt of a certificate check")
X(RECEIPT_LINK, "下载已签名的查验回执（PDF）", "Signed receipt (PDF)")
X(RECEIPT_AS_OF, "截至（北京时间）", "As of (Beijing time)")
X(RECEIPT_NOTE, "本回执不是证书。它载明登记系统当时的答复，以及截至所示时间证书的状态；此后的状态请扫码或打开下列网址查看。"
                "已签名的原文附于本文件，可用任何 JOSE 软件凭下列公钥核验：",
  "This is not a certificate. It says what the registry answered then, and how the certificate stood at the time "
  "given above; scan the code or open the address to see how it stands now. The signed text is attached to this file. "
  "Any JOSE software checks it against the key in ")

/* ---- an issuer ---- */
X(NAME, "名称", "Name")
X(ENGLISH_NAME, "英文名称", "English name")
X(ISSUES, "签发", "Issues")
X(STATE, "状态", "State")
X(ISSUER_SUSPENDED, "已暂停签发", "Suspended: issues nothing at present")
X(DID, "DID", "DID")
X(DID_DOCUMENT, "DID 文档", "DID document")
X(KEY_SET, "公钥集合", "Key set")
X(ISSUING_KEYS, "签发密钥", "Issuing keys")
X(KEY_ID, "密钥标识", "Key identifier")
X(KEY_PUBLISHED, "已公布，尚未启用", "published, signs nothing yet")
X(KEY_ACTIVE, "在用", "active")
X(KEY_LISTS, "在用，签署状态列表", "active, signs the status lists")
X(KEY_RETIRED, "已停用，此前的签名仍有效", "retired, what it signed stays good")
X(KEY_REVOKED, "已撤销", "revoked")

/* ---- what a certificate attests ---- */
X(ACHIEVEMENT_NOTE, "本页说明这种证书证明什么，不证明任何人持有该证书。核验某人的证书，请用证书上的二维码或编号。",
  "This page says what such a certificate attests, not who holds one. To verify somebody's, use its QR "
  "code or number.")
X(ISSUED_BY, "发证企业", "Issued by")
X(CODE, "代码", "Code")
X(CRITERIA, "考核标准", "Criteria")
X(CRITERIA_PAGE, "考核标准网址", "Address of the criteria")
X(ADDRESS, "网址", "Address")
X(SIGNED_SINCE, "首次签发", "First signed")
X(SIGNED_BEFORE, "此前签发的证书所载", "In certificates signed before")
X(CRITERIA_OF, "适用的证书", "Of these certificates")
X(TWO_PARTS, "理论知识和技能操作均不低于60分", "Theory and skill each at least 60")
X(THREE_PARTS, "理论知识、技能操作和综合评审均不低于60分",
  "Theory, skill and comprehensive review each at least 60")

/* ---- a problem ---- */
X(PROBLEM_CODE, "错误代码", "Code")
X(PROBLEM_STATUS, "HTTP 状态码", "HTTP status")
X(REQUEST_ID, "请求编号", "Request id")
