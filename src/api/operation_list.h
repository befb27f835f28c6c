/* api/operation_list.h - what each operation does, in a line: X(route, tag, English, Chinese). Tags are
 * those of openapi/openapi.json. Included where X is defined; no guard. */

X(verification_view, verification, "Verify a certificate by the code on it", "凭验证码核验证书")
X(verification_create, verification, "Verify by code, number and name, or credential; one or up to 100",
  "凭验证码、编号和姓名或证书文件核验，可批量")
X(verification_record, verification, "What a verification answered, by its reference; and how it stands now",
  "凭查验记录号查看当时答复及目前状态")
X(verification_receipt, verification, "The same as a signed receipt (PDF)", "同上，已签名的查验回执（PDF）")
X(verification_page, verification, "The page behind a certificate's QR code", "证书二维码对应的核验页")
X(verification_page_upper, verification, "The same, as QR codes spell it", "同上，二维码中的大写地址")
X(verification_page_name, verification, "Compare the holder's name", "核对持证人姓名")
X(verification_page_name_upper, verification, "The same, as QR codes spell it", "同上，二维码中的大写地址")
X(verification_form, verification, "The form for a number or a code", "输入编号或验证码的页面")
X(verification_form_send, verification, "Verify what was typed into the form", "提交页面所填内容核验")
X(front_page, verification, "The form for a number or a code", "首页")

X(assessment_submit, exams, "Submit a result; a pass is issued its certificates", "提交成绩，合格即发证")
X(assessment_view, exams, "One result and its certificates", "查看一条成绩及其证书")
X(assessment_list, exams, "Passes that wait for publication, or are withheld", "列出待公示或暂缓发证的合格成绩")
X(assessment_annul, exams, "Annul a result and void its certificates", "作废成绩及其证书")
X(exam_create, exams, "Announce an exam", "登记考试")
X(exam_view, exams, "One exam", "查看一场考试")
X(exam_list, exams, "The caller's exams, or one by its code", "列出考试，或按代码查找")
X(exam_documents, exams, "The certificates of an exam as one PDF; Not-Printed names those that could not be",
  "一场考试的全部证书（PDF）；未能打印的由 Not-Printed 列出")

X(person_lookup, people, "Whose an ID document is and what is recorded of that person; the purpose goes into the audit",
  "凭证件查询人员及其登记情况，查询目的记入审计")

X(person_report, people, "Everything that is held about a person, for one who asks on the person's behalf",
  "出具个人信息查阅报告：登记系统持有的该人全部信息")
X(erasure_request, people, "Ask that a person be erased; another administrator decides within 24 hours",
  "申请删除个人信息，须由另一位管理员在 24 小时内决定")
X(erasure_list, people, "Whom somebody asked to erase, and what was decided", "个人信息删除申请及处理结果")
X(erasure_approve, people, "Erase the person: certificates answer no_match from then on; this is final",
  "批准删除：证书此后均答复“不符”，不可恢复")
X(erasure_reject, people, "Erase nobody; also takes back one's own request", "驳回删除申请，也可撤回本人的申请")

X(certificate_view, certificates, "One certificate", "查看证书")
X(certificate_history, certificates, "Who did what to a certificate, when and why", "证书的变更记录")
X(certificate_credential, certificates, "The signed credential, as JSON-LD or JWT", "已签名的证书文件")
X(certificate_document, certificates, "The certificate as a PDF, the copy for checking", "证书的 PDF 文件（核验用副本）")
X(certificate_print, certificates, "The print of the national form, with the ID number, for the body and the holder",
  "按国家式样打印（载证件号码），供评价机构和持证人")
X(certificate_revoke, certificates, "Revoke for good", "撤销证书，不可恢复")
X(certificate_suspend, certificates, "Suspend", "暂停证书")
X(certificate_reinstate, certificates, "Lift a suspension", "恢复已暂停的证书")
X(certificate_reissue, certificates, "Sign the same certificate anew", "以新密钥重新签发同一证书")

X(session_create, training, "Plan a training session", "登记培训班次")
X(session_list, training, "Training sessions", "列出培训班次")
X(session_view, training, "One training session", "查看培训班次")
X(enrolment_create, training, "Enrol a person", "登记学员")
X(enrolment_list, training, "Who is enrolled", "列出学员")
X(session_complete, training, "Complete a session: who attended how long", "班次结业并上报学时")

X(progress_list, progress, "All programmes against their goals", "各项目的进度")
X(progress_view, progress, "One programme against its goals", "单个项目的进度")
X(progress_audit, progress, "A programme's counts and an independent recount", "独立重新统计并比对")

X(issuer_list, issuers, "Who issues", "列出发证方")
X(issuer_profile, issuers, "Who an issuer is", "发证方简介")
X(achievement, issuers, "What stands at the address of an achievement that was signed", "已签发证书所载成就的网址")
X(criteria, issuers, "What stands at the address of its criteria", "已签发证书所载考核标准的网址")
X(issuer_did, issuers, "An issuer's DID document", "发证方的 DID 文档")
X(registry_did, issuers, "The registry's own DID document: it signs receipts of verifications",
  "登记系统自身的 DID 文档：用于签署查验回执")
X(registry_did_of_path, issuers, "The same, where it is looked for when the public address has a path",
  "同上，公开地址带路径时的位置")
X(issuer_status_lists, issuers, "Which status lists an issuer has", "发证方有哪些状态列表")
X(issuer_status, issuers, "A signed status list", "已签名的状态列表")
X(issuer_jwk, issuers, "A public key, as the JWTs name it", "JWT 所指的公钥")
X(issuer_jwks, issuers, "An issuer's public keys", "发证方的公钥集")
X(registry_jwks, issuers, "The public keys of all issuers and of the registry", "全部发证方及登记系统的公钥集")

X(key_create, keys, "Generate an issuer's first keys", "为发证方生成首对密钥")
X(key_list, keys, "An issuer's keys", "列出发证方的密钥")
X(key_rotate, keys, "Ask for new keys", "申请轮换密钥")
X(key_retire, keys, "Ask for a key to be retired", "申请停用密钥")
X(key_revoke, keys, "Ask for a key to be revoked from a day on", "申请自某日起撤销密钥")
X(key_rewrap, keys, "Wrap all keys under the current key-encryption key", "以当前密钥加密密钥重新封装")
X(key_action_list, keys, "What was asked for and decided", "列出密钥申请")
X(key_action_approve, keys, "Approve what somebody else asked for", "批准他人的密钥申请")
X(key_action_reject, keys, "Reject or withdraw", "驳回或撤回密钥申请")
X(signature_list, keys, "Hashes of everything that was signed", "全部签名的摘要")

X(adoption_create, adoption, "Ask for a lost certificate to be taken back", "申请找回丢失的证书")
X(adoption_list, adoption, "What was asked for and decided", "列出找回申请")
X(adoption_approve, adoption, "Approve what somebody else asked for", "批准他人的找回申请")
X(adoption_reject, adoption, "Reject or withdraw", "驳回或撤回找回申请")

X(accreditation_create, standing, "Accredit a body for levels of a work type", "备案评价机构可评价的工种和等级")
X(accreditation_list, standing, "Accreditations", "列出评价机构备案")
X(accreditation_view, standing, "One accreditation", "查看一项备案")
X(accreditation_suspend, standing, "Suspend an accreditation for cause; it acts at once", "因故暂停备案，立即生效")
X(accreditation_reinstate, standing, "Lift a suspension", "恢复已暂停的备案")
X(accreditation_end, standing, "Have an accreditation end on a day", "自某日起终止备案")
X(recognition_create, standing, "Recognise a company for levels of an occupation", "认可直播企业可颁证的职业和等级")
X(recognition_list, standing, "Recognitions", "列出企业认可")
X(recognition_view, standing, "One recognition", "查看一项认可")
X(recognition_suspend, standing, "Suspend a recognition for cause; it acts at once", "因故暂停认可，立即生效")
X(recognition_reinstate, standing, "Lift a suspension", "恢复已暂停的认可")
X(recognition_end, standing, "Have a recognition end on a day", "自某日起终止认可")
X(agreement_list, standing, "Agreements of bodies and companies", "列出评价机构与企业的协议")
X(agreement_view, standing, "One agreement and its terms", "查看一项协议及其条款")
X(agreement_suspend, standing, "Suspend an agreement for cause; it acts at once", "因故暂停协议，立即生效")
X(agreement_reinstate, standing, "Lift a suspension", "恢复已暂停的协议")
X(agreement_end, standing, "Have an agreement end on a day", "自某日起终止协议")

X(token_create, access, "Make a token; it is shown once", "创建令牌，仅显示一次")
X(token_list, access, "Tokens", "列出令牌")
X(token_revoke, access, "Revoke a token", "撤销令牌")
X(client_certificate_create, access, "Register a client certificate", "登记客户端证书")
X(client_certificate_list, access, "Client certificates", "列出客户端证书")
X(client_certificate_revoke, access, "Revoke a client certificate", "撤销客户端证书")

X(audit_list, access, "Who did what, when: by person, organisation, action, object, days",
  "审计记录：按人员、机构、操作、对象、日期筛选")

X(job_list, jobs, "How far the background jobs are", "列出后台任务进度")
X(job_failure_list, jobs, "What failed: given up, or to be tried again", "列出失败项")
X(job_retry, jobs, "Have what was given up tried again", "重试已放弃的项目")

X(programme_list, programmes, "Programmes, what they count and their goals", "列出工作方案、统计指标与目标")
X(programme_view, programmes, "One programme, what it counts and its goals", "查看工作方案")
X(programme_history, programmes, "What was changed of a programme, by whom and why", "工作方案的变更记录")
X(goal_set, programmes, "Add or change a goal, from the next version on", "新增或更改目标，自下一版本起生效")
X(goal_preview, programmes, "What a goal would show today; nothing is stored", "预览目标，不保存")
X(milestone_reach, programmes, "Record a milestone as reached, with the evidence", "记录里程碑已达成及其依据")
X(milestone_withdraw, programmes, "Take back that a milestone was reached", "撤回里程碑的达成记录")

X(policy_list, policies, "Policies, what holds today and what comes next", "列出各项政策参数")
X(policy_view, policies, "One policy, with every value it was given", "查看一项政策参数及其各次取值")
X(policy_set, policies, "Set a policy anew from a day on", "自某日起更改政策参数")
X(policy_preview, policies, "What setting it would do; nothing is stored", "预览更改的影响，不保存")

X(occupation_list, reference, "What can be examined, at which levels", "可考职业、工种与等级")
X(occupation_view, reference, "One entry of the dictionary of occupations", "查看职业分类大典中的一项职业")
X(occupation_history, reference, "What was done to an entry of the dictionary", "职业条目的变更记录")
X(occupation_create, reference, "Add an entry to the dictionary of occupations", "新增职业条目")
X(standard_list, reference, "Standards: by name, by occupation, in force on a day", "职业技能标准：按名称、职业、施行日期筛选")
X(standard_view, reference, "One standard, with all that each of its versions says", "查看一项标准及其各版本的内容")
X(standard_history, reference, "What was done to a standard", "标准的变更记录")
X(standard_create, reference, "Add a standard with its first version", "新增标准及其首个版本")
X(standard_version_add, reference, "What a standard says from a day on", "新增标准的版本，自某日起施行")
X(standard_end, reference, "Set the last day of a standard", "设定标准的终止日期")
X(standard_preview, reference, "What a new version or the end of a standard would touch; nothing is stored",
  "预览新版本或终止所涉及的考试、培训班、备案与协议数量；不作任何保存")
X(problem_page, reference, "What a problem means", "错误代码说明")
X(favicon, reference, "The sign in a browser's tab", "浏览器标签图标")
X(robots, reference, "Where crawlers may not go", "爬虫规则")
X(openapi, reference, "This description", "本接口说明")
