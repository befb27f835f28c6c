/* http/problem_list.h - every problem, once: X(ID, code, status, seconds of Retry-After,
 *     English title, Chinese title, English detail, Chinese detail).
 * Included by problem.h (the enum) and problem.c (the table); X is theirs to define. No guard.
 * UNSTORED_EN and UNSTORED_ZH (problem.h) are left out where nothing was to be stored, or an earlier
 * part of the request was. */

/* ---- the request as such ---- */
X(MALFORMED_REQUEST, "malformed_request", 400, 0, "Malformed request", "请求格式错误",
  "The bytes sent are not a valid HTTP/1.1 request.", "收到的内容不是合法的 HTTP/1.1 请求。")
X(HTTP_VERSION, "http_version", 400, 0, "HTTP version not supported", "不支持的 HTTP 版本",
  "This server speaks HTTP/1.1 and HTTP/1.0.", "本服务器仅支持 HTTP/1.1 和 HTTP/1.0。")
X(PLAIN_HTTP, "plain_http", 400, 0, "HTTPS only", "仅支持 HTTPS",
  "This port speaks HTTPS only: use an address that begins with https://.",
  "此端口仅支持 HTTPS，请使用以 https:// 开头的网址。")
X(HEADER_TOO_LARGE, "header_too_large", 431, 0, "Request header too large", "请求头过大",
  "The request header may have at most 16 KiB (of cookies 64 KiB more) and 64 fields.",
  "请求头不得超过 16 KiB（Cookie 另计，不得超过 64 KiB）或 64 个字段。")
X(URI_TOO_LONG, "uri_too_long", 414, 0, "Address too long", "网址过长",
  "The address may have at most 4096 characters.", "网址不得超过 4096 个字符。")
X(EXPECTATION_FAILED, "expectation_failed", 417, 0, "Expectation failed", "无法满足 Expect",
  "The only expectation this server meets is 100-continue.", "Expect 字段仅支持 100-continue。")
X(REQUEST_TIMEOUT, "request_timeout", 408, 0, "Request timed out", "请求超时",
  "The request did not arrive completely in time. Send it again.",
  "请求未能在规定时间内完整送达，请重新发送。")
X(BODY_TOO_LARGE, "body_too_large", 413, 0, "Body too large", "请求内容过大",
  "The body is larger than this address accepts.", "请求内容超过此地址允许的大小。")
X(UNEXPECTED_BODY, "unexpected_body", 400, 0, "No body expected", "不应有请求内容",
  "This address takes no body. Leave it out, or send {}.", "此地址不接收请求内容，请留空或发送 {}。")
X(TOO_MANY_CONNECTIONS, "too_many_connections", 429, 5, "Too many connections", "连接数过多",
  "Too many connections are open from your address. Close some, or reuse one.",
  "来自您所在地址的连接过多，请关闭部分连接或复用已有连接。")
X(NOT_FOUND, "not_found", 404, 0, "Not found", "未找到",
  "There is nothing at this address, or nothing you may see.", "此地址没有内容，或您无权查看。")
X(METHOD_NOT_ALLOWED, "method_not_allowed", 405, 0, "Method not allowed", "不支持的请求方法",
  "This address exists, but not for this method. The Allow field lists what it takes.",
  "此地址不支持该请求方法，允许的方法见 Allow 字段。")
X(NOT_ACCEPTABLE, "not_acceptable", 406, 0, "Not acceptable", "无法提供所需格式",
  "This address cannot answer in any media type listed in Accept.",
  "此地址无法以 Accept 字段所列的格式作答。")
X(UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", 415, 0, "Unsupported media type",
  "不支持的内容类型", "The Content-Type of the body is not one this address takes.",
  "此地址不接受该 Content-Type 的内容。")
X(CONTENT_ENCODING, "unsupported_content_encoding", 415, 0, "Unsupported content encoding", "不支持的内容编码",
  "The body must be sent as it is: no Content-Encoding but identity is taken.",
  "请求内容不得压缩或编码，Content-Encoding 仅支持 identity。")
X(INVALID_JSON, "invalid_json", 400, 0, "Invalid JSON", "JSON 格式错误",
  "The body is not valid JSON.", "请求内容不是合法的 JSON。")
X(INVALID_UTF8, "invalid_utf8", 400, 0, "Invalid UTF-8", "UTF-8 编码错误",
  "The text is not valid UTF-8.", "文本不是合法的 UTF-8 编码。")
X(INVALID_FIELDS, "invalid_fields", 422, 0, "Fields need correction", "提交的内容有误",
  "Something needs correction" UNSTORED_EN ".", "有内容需要更正" UNSTORED_ZH "。")
X(INVALID_IDEMPOTENCY_KEY, "invalid_idempotency_key", 400, 0, "Invalid Idempotency-Key",
  "Idempotency-Key 无效", "The Idempotency-Key must be 1 to 255 visible ASCII characters.",
  "Idempotency-Key 应为 1 至 255 个可见 ASCII 字符。")
X(INVALID_QUERY, "invalid_query", 400, 0, "Invalid query", "查询参数有误",
  "A query parameter is malformed, repeated, or unknown to this address.",
  "查询参数格式有误、重复，或此地址不支持。")

/* ---- who asks ---- */
X(UNAUTHENTICATED, "unauthenticated", 401, 0, "Authentication required", "需要身份验证",
  "Send a valid token as Authorization: Bearer, or use a registered client certificate.",
  "请以 Authorization: Bearer 提供有效令牌，或使用已登记的客户端证书。")
X(FORBIDDEN, "forbidden", 403, 0, "Forbidden", "没有权限",
  "Your role may not do this.", "您的角色无权进行此操作。")
X(CALLER_SUSPENDED, "caller_suspended", 403, 0, "Your organisation is suspended", "您的机构已被暂停",
  "Your organisation is suspended; its accounts may do nothing until that is lifted.",
  "您的机构已被暂停，恢复之前其账号不能进行任何操作。")
X(CALLER_UNNAMED, "caller_unnamed", 403, 0, "Nobody knows who you are", "账号未实名",
  "This is shown to named people only, and your account has no name: whoever manages your organisation's staff, or an "
  "administrator, gives it one.",
  "此内容仅向实名人员提供，而您的账号尚未填写姓名；请由本机构人员管理员或管理部门补登姓名。")
X(RATE_LIMITED, "rate_limited", 429, 60, "Too many requests", "请求过于频繁",
  "Wait as long as Retry-After says, then try again.", "请在 Retry-After 所示时间后再试。")

/* ---- conflicts of the field ---- */
X(ALREADY_ASSESSED, "already_assessed", 409, 0, "Already assessed", "已有成绩",
  "This person already has a result in this exam with other scores or another certificate number. "
  "If it was recorded wrongly, its body asks for a correction; a re-sit is another exam.",
  "该考生在本次考试中已有成绩，分数或证书编号不同。记录有误的，由评价机构申请更正；补考须另行登记考试。")
X(ALREADY_CERTIFIED, "already_certified", 409, 0, "Already certified", "已持有证书",
  "This person already holds a certificate of this occupation, work type and level.",
  "该考生已持有同一职业、工种和等级的证书。")
X(PERSON_NAME_DIFFERS, "person_name_differs", 409, 0, "Name differs", "姓名不一致",
  "This ID number is registered with another name. Check both; if they are right, ask the "
  "administrator.",
  "该证件号码登记的姓名与此不同。请核对姓名和证件号码；如均无误，请联系管理部门。")
X(ASSESSMENT_ANNULLED, "assessment_annulled", 409, 0, "Assessment annulled", "成绩已作废",
  "This result was annulled and cannot be submitted again.", "该成绩已作废，不能再次提交。")
X(ASSESSMENT_SUPERSEDED, "assessment_superseded", 409, 0, "Result was corrected", "成绩已更正",
  "Another result has taken the place of this one: see assessment_id.", "该成绩已被更正后的成绩取代，见 assessment_id。")
X(CORRECTION_OPEN, "correction_open", 409, 0, "A correction waits", "已有待处理的更正",
  "Another correction of this result was asked for and waits: see correction_id. Withdraw it to ask for something else.",
  "该成绩已有一项更正申请待处理，见 correction_id；如需另作申请，请先撤回。")
X(CORRECTION_STATE, "correction_state", 409, 0, "Correction is decided", "更正申请已有处理结果",
  "This cannot be done with a correction in its state: see state, and allowed for what can be done.",
  "更正申请当前状态不允许此操作，状态见 state，可进行的操作见 allowed。")
X(DECIDER_OF_BODY, "decider_of_body", 409, 0, "Somebody else decides", "须由其他单位的管理员决定",
  "You work for the body that asked for this correction. An administrator of another organisation decides.",
  "您是提出更正申请的评价机构的人员，须由其他单位的管理员决定。")
X(ALREADY_LINKED, "already_linked", 409, 0, "Already linked", "已有关联",
  "One of the two is linked already, stands for others, or a link of it waits. Link to whoever stands for them all.",
  "其中一人已有关联、已代表他人，或另有关联申请待处理；请关联到代表各记录的那一人。")
X(BOTH_CERTIFIED, "both_certified", 409, 0, "Both are certified", "两人均持有效证书",
  "Both have a live certificate of one occupation, work type and level: see certificate_number. They are linked when one of "
  "them has ended.",
  "两人持有同一职业、工种和等级的有效证书，见 certificate_number；其中一份终止后方可关联。")
X(BOTH_ASSESSED, "both_assessed", 409, 0, "Both were examined at once", "两人在同一场考试均有成绩",
  "Both have a result in one exam, which no person has: see exam. They are linked when one of the results is annulled.",
  "两人在同一场考试中均有成绩，考试代码见 exam；其中一条作废后方可关联。")
X(DOCUMENT_KNOWN, "document_known", 409, 0, "Document is known", "该证件已有登记",
  "Another person is registered with this document; nothing is changed. If the two are one, ask that they be linked.",
  "该证件已登记在另一人名下，未作任何更改；如确系同一人，请申请关联两条人员记录。")
X(NUMBER_TAKEN, "number_taken", 409, 0, "Number taken", "证书编号已被使用",
  "Another certificate has this number.", "该证书编号已被其他证书使用。")
X(NUMBERS_USED_UP, "numbers_used_up", 409, 0, "Numbers used up", "证书编号已用完",
  "All certificate numbers of this issuer, year and level are used. Ask the administrator.",
  "该发证机构本年度该等级的证书编号已用完，请联系管理部门。")
X(EXAM_NOT_HELD, "exam_not_held", 409, 0, "Exam not held yet", "考试尚未举行",
  "No result is taken before the exam has been held: see held_on.", "考试举行之前不接收成绩，考试日期见 held_on。")
X(EXAM_CLOSED, "exam_closed", 409, 0, "Exam closed", "考试已关闭",
  "This exam takes no more results.", "该考试不再接收成绩。")
X(NOT_ACCREDITED, "not_accredited", 409, 0, "Not accredited", "未获备案",
  "The evaluation body was not accredited for this occupation and level on the day of the exam, or not on the "
  "day it was announced.",
  "评价机构在考试当日或登记考试当日未获该职业和等级的备案。")
X(ACCREDITATION_SUSPENDED, "accreditation_suspended", 409, 0, "Accreditation suspended",
  "备案已暂停", "The accreditation is suspended; no results are taken.",
  "该备案已被暂停，暂不接收成绩。")
X(ORGANISATION_SUSPENDED, "organisation_suspended", 409, 0, "Organisation suspended", "机构已暂停",
  "The organisation is suspended.", "该机构已被暂停。")
X(ORGANISATION_NOT_APPROVED, "organisation_not_approved", 409, 0, "Organisation not approved", "机构未获批准",
  "An organisation that this is about is not approved at present: it has applied, was refused, is suspended or has "
  "ended. Nothing new is granted to it and nobody is let in for it.",
  "所涉机构当前未获批准（申请中、未予批准、已暂停或已终止），不能获得新的授权，也不能增加人员。")
X(AGREEMENT_NOT_IN_FORCE, "agreement_not_in_force", 409, 0, "Agreement not in force",
  "合作协议未生效",
  "The agreement between evaluation body and company was not in force on the day of the exam, or not on the day "
  "it was announced.",
  "评价机构与企业的合作协议在考试当日或登记考试当日未生效。")
X(RECOGNITION_NOT_IN_FORCE, "recognition_not_in_force", 409, 0, "Recognition not in force",
  "企业认定未生效",
  "The company was not recognised for this occupation and level on the day of the exam, or not on the day it was "
  "announced.",
  "该企业在考试当日或登记考试当日未获该职业和等级的认定。")
X(STANDARD_NOT_IN_FORCE, "standard_not_in_force", 409, 0, "Standard not in force", "标准已不施行",
  "The standard under which the exam was announced ends before the exam is held. Move the exam to the one that follows.",
  "登记考试时所依据的标准在考试日期之前终止，请先将考试改为依据后续标准。")
X(EXAM_WAS_HELD, "exam_was_held", 409, 0, "Exam was held", "考试已举行",
  "An exam is planned, and moved to another standard, before it is held. What was held stays as it is.",
  "考务计划应在考试举行前报备，改为依据其他标准也只能在考试日期之前；已举行的考试不变。")
X(ISSUER_NOT_READY, "issuer_not_ready", 409, 0, "Issuer has no key", "发证方尚无密钥",
  "The issuer has no signing key in use. Ask the administrator to generate it.",
  "发证方尚无在用的签名密钥，请联系管理部门生成。")
X(OTHER_REASON, "other_reason", 409, 0, "Recorded with another reason", "已以其他原因记录",
  "This was done before for another reason, which stays as it is recorded.", "此前已以其他原因处理，所记录的原因不变。")
X(REVOKED_IS_FINAL, "revoked_is_final", 409, 0, "Revocation is final", "撤销不可恢复",
  "The certificate is revoked; that cannot be undone.", "该证书已被撤销，不能恢复。")
X(SESSION_FULL, "session_full", 409, 0, "Session full", "班次已满",
  "All places of this training session are taken.", "该培训班次名额已满。")
X(EXAM_STATE, "exam_state", 409, 0, "Not in this state of the exam", "考试当前状态不允许",
  "The exam's state does not allow this; see state, and allowed for what it does allow.",
  "该考试的当前状态（state）不允许此操作，可进行的操作见 allowed。")
X(EXAM_HAS_RESULTS, "exam_has_results", 409, 0, "The exam has results", "考试已有成绩",
  "An exam of which there is a result is neither changed nor cancelled; it may be closed.",
  "已有成绩的考试不能更改，也不能取消，可将其关闭。")
X(EXAM_WITHOUT_SESSION, "exam_without_session", 409, 0, "The exam ends no session", "考试没有对应的培训班",
  "The exam ends no training session whose people could be put on its roster.", "该考试没有对应的培训班，不能由培训班学员列入名册。")
X(CANDIDATE_HAS_RESULT, "candidate_has_result", 409, 0, "The candidate has a result", "该考生已有成绩",
  "Whoever has a result in this exam stays on its roster.", "在本次考试中已有成绩的考生不能移出名册。")
X(NUMBERS_NOT_AWAITED, "numbers_not_awaited", 409, 0, "No numbers are awaited", "不等待证书编号",
  "The exam's site does not get its numbers after the results: they are minted there, or each result brings its own.",
  "该考试所在站点不是事后取得编号：编号由站点生成，或随成绩提供。")
X(RECHECK_CLOSED, "recheck_closed", 409, 0, "Not in publicity", "不在公示期内",
  "A result is checked again when that is asked for during its publicity, before certificates are issued; until says the last "
  "day, if there was one. What is wrong later is corrected.",
  "仅在公示期内、发证之前可申请复核，截止日期见 until（如有）；此后发现有误的，可申请更正。")
X(RECHECK_EXISTS, "recheck_exists", 409, 0, "Checked again already", "已申请过复核",
  "A re-check of this result was asked for before: see recheck_id.", "该成绩此前已申请复核，见 recheck_id。")
X(RECHECK_STATE, "recheck_state", 409, 0, "Re-check is answered", "复核已有答复",
  "The re-check is answered already, or ended with its result; see state, and allowed for what is still possible.",
  "该复核已有答复，或已随成绩失效（见 state），仍可进行的操作见 allowed。")
X(WINDOW_STATE, "window_state", 409, 0, "The company's window is not open", "企业确认期不在进行中",
  "The company has decided otherwise, or too late, or the result waits no more; see state, and allowed for what is still "
  "possible.",
  "企业此前已另有决定、确认期已过，或该成绩已不在等待发布（见 state），仍可进行的操作见 allowed。")
X(NO_WINDOW, "no_window", 409, 0, "The company has no window", "无企业确认期",
  "The agreement under which this exam is held gives the company no days to confirm or veto its passes, or this is no pass.",
  "本次考试所依据的合作协议未设企业确认期，或该成绩并非合格成绩。")
X(SESSION_STATE, "session_state", 409, 0, "Not in this state of the session", "班次当前状态不允许",
  "The training session's state does not allow this; see state, and allowed for what it does allow.",
  "该培训班次的当前状态（state）不允许此操作，可进行的操作见 allowed。")
X(ALREADY_EXISTS, "already_exists", 409, 0, "Already exists", "已存在",
  "There already is one with this name or code.", "同名或同代码的记录已存在。")
X(SLUG_TAKEN, "slug_taken", 409, 0, "Short name taken", "代号已被使用",
  "Another organisation has this short name, or one that differs in hyphens only. See offered.",
  "该代号已被其他机构使用，或仅连字符不同。可用的代号见 offered。")
X(CREDIT_CODE_TAKEN, "credit_code_taken", 409, 0, "Credit code taken", "统一社会信用代码已登记",
  "An organisation with this credit code is registered, or another application of it waits.",
  "该统一社会信用代码的机构已登记，或另有申请正在审核。")
X(WRONG_STATE, "wrong_state", 409, 0, "Not possible in this state", "当前状态不允许",
  "Its present state does not allow this.", "当前状态不允许进行此操作。")
X(SITE_NUMBERED, "site_numbered", 409, 0, "The site has given numbers", "该站点已有证书编号",
  "Somebody has passed there, so its prefix stays, and where its numbers come from. For another prefix open another "
  "site.",
  "该站点已有考试合格者，编号前缀和编号方式不能变更。如需其他前缀，请另行登记站点。")
X(OTHER_PARTY_NEEDED, "other_party_needed", 409, 0, "The other party confirms", "须由另一方确认",
  "Whoever proposed an agreement does not confirm it; the other party does.", "协议由提出方以外的另一方确认。")
X(SECOND_PERSON_NEEDED, "second_person_needed", 409, 0, "A second person must approve",
  "须由另一人批准", "Whoever asked for this change may not approve it. Another administrator decides.",
  "提出申请的人不能自行批准，须由另一位管理员决定。")
X(STAFF_UNNAMED, "staff_unnamed", 409, 0, "Not two named administrators", "须由两名实名管理员办理",
  "This takes two named administrators whom two people or the owner of the database let in: who asked or who "
  "approves is not, or has left.",
  "此事须由两名实名管理员办理，且两人均经两人批准或由数据库所有者设立；申请人或批准人不符合，或已离任。")
X(FIRST_PERSON_GONE, "first_person_gone", 409, 0, "Whoever asked is gone", "申请人已离任或其凭证已撤销",
  "Whoever asked for this has left, or the token or certificate with which it was asked for was revoked. Ask again.",
  "提出申请的人已离任，或提出申请时所用的凭证已被撤销。请重新申请。")
X(SECOND_PERSON_TOO_NEW, "second_person_too_new", 409, 0, "The second person came after the request",
  "批准人晚于申请成为管理员",
  "Whoever approves must have been a named administrator before this was asked for. Another one decides, or ask again.",
  "批准人须在提出申请之前已是实名管理员。请由其他管理员决定，或重新申请。")
X(SECOND_PERSON_NOT_INDEPENDENT, "second_person_not_independent", 409, 0,
  "The second person was let in by the first", "批准人由申请人引入",
  "Whoever asked for this let in the one who approves. An administrator whom they did not let in decides.",
  "申请人曾参与引入该批准人。须由未经其引入的管理员决定。")
X(LAST_ADMINISTRATOR, "last_administrator", 409, 0, "The last administrator stays", "最后一名管理员不能离任",
  "No other named administrator, who works elsewhere if it is an authority that would be stopped, holds a credential "
  "that works. Admit another one first.",
  "没有其他实名管理员（停用主管部门时，指其他单位的实名管理员）持有有效凭证。请先增补管理员。")
X(INVITATION_USED, "invitation_used", 409, 0, "Invitation used", "邀请码已使用",
  "This code was used, or a later one has taken its place. Ask whoever invited you for another.",
  "该邀请码已被使用，或已被新的邀请码取代。请向邀请人索取新的邀请码。")
X(INVITATION_EXPIRED, "invitation_expired", 409, 0, "Invitation expired", "邀请码已过期",
  "This code is too old. Ask whoever invited you for another.", "该邀请码已过期。请向邀请人索取新的邀请码。")
X(INVITATION_NOT_APPROVED, "invitation_not_approved", 409, 0, "Not approved yet", "尚未批准",
  "A second administrator has not approved this yet. The code stays good until it ends.",
  "尚待第二名管理员批准，批准前邀请码仍然有效。")
X(CREDENTIAL_NOT_PROVEN, "credential_not_proven", 409, 0, "Credential not proven", "证书文件未通过验证",
  "What was presented is no credential that an issuer of this registry has signed.",
  "所提交的内容不是本登记平台的发证方签名的证书文件。")
X(ACTION_OVER, "action_over", 409, 0, "Decided or too late", "已处理或已过期",
  "It was decided already, or nobody decided within 24 hours. Ask again if it is still needed.",
  "该申请已经处理，或超过 24 小时未处理。如仍需要，请重新申请。")
X(IDEMPOTENCY_KEY_REUSED, "idempotency_key_reused", 422, 0, "Idempotency-Key reused",
  "Idempotency-Key 被重复使用",
  "This Idempotency-Key was used with another body. Use a new key for a new request.",
  "该 Idempotency-Key 已用于其他内容，新请求请使用新的 Key。")
X(CHARACTER_NOT_PRINTABLE, "character_not_printable", 409, 0, "Character cannot be printed",
  "字符无法打印",
  "No font of this server has the character named here, so the document was not made. The "
  "certificate itself is not affected; the operator can install a font that has it.",
  "本服务器的字体中没有所列字符，因此未生成文件。证书本身不受影响；运维人员可安装包含该字符的字体。")
X(DOCUMENT_TEXT_REFUSED, "document_text_refused", 409, 0, "Text cannot be printed",
  "文字无法打印",
  "The text named here does not fit its place on the page even in small print.",
  "所列文字即使缩小也无法排入版面。")
X(DOCUMENT_TOO_LARGE, "document_too_large", 409, 0, "Document too large", "文件过大",
  "The file would be larger than 16 MiB. Fetch the certificates one by one.",
  "文件将超过 16 MiB，请逐份下载。")
X(NO_DOCUMENTS, "no_documents", 409, 0, "No certificates to print", "没有可打印的证书",
  "No certificate of this exam is valid, or this part has none, or all were left out.",
  "本次考试没有有效的证书，或该部分没有内容，或已全部排除。")

/* ---- the service ---- */
X(INTERNAL, "internal", 500, 0, "Internal error", "内部错误",
  "Something went wrong on our side. Quote the request id when you report it.",
  "服务器内部出错。反馈时请提供 request_id。")
X(STORED_SIGNATURE_FAILED, "stored_signature_failed", 500, 0, "Stored signature failed",
  "所存签名未通过核验",
  "What is stored as this certificate's signed document was not signed by its issuer, so it is not "
  "handed out. This is a fault of the registry, not yours; the operator's log names it. Ask the issuer.",
  "该证书所存的签名文件并非由其发证方签名，因此不予提供。这是登记平台的问题，与您无关，运维日志已有记录；请联系发证机构。")
X(DATABASE_AWAY, "database_away", 503, 5, "Database unavailable", "数据库暂不可用",
  "The database cannot be reached at present" UNSTORED_EN ". Try again shortly.",
  "数据库暂时无法访问" UNSTORED_ZH "，请稍后再试。")
X(DATABASE_FULL, "database_full", 503, 30, "Database has no room", "数据库空间不足",
  "The database has no room left for this" UNSTORED_EN ". The operator has to make room. Try "
  "again later.",
  "数据库空间不足" UNSTORED_ZH "。需由运维人员处理，请稍后再试。")
X(OVERLOADED, "overloaded", 503, 2, "Overloaded", "服务繁忙",
  "Too much is waiting already" UNSTORED_EN ". Try again shortly.",
  "等待处理的请求过多" UNSTORED_ZH "，请稍后再试。")
X(OUTCOME_UNKNOWN, "outcome_unknown", 503, 5, "Outcome unknown", "结果未知",
  "Whether this was stored cannot be known now. Repeat the same request: it is safe.",
  "目前无法确认是否已保存。请重复同一请求，不会重复保存。")
X(STATUS_UNKNOWN, "status_unknown", 503, 5, "Status unknown", "状态未知",
  "The registry cannot know the status of the certificate now. Try again shortly.",
  "目前无法确认该证书的状态，请稍后再试。")
X(HISTORY_HELD, "history_held", 503, 5, "Registry being compared", "登记数据核对中",
  "The database is being compared with the registry's journals, or does not have all that they have; "
  "nothing is issued until that is settled" UNSTORED_EN ".",
  "数据库正在与登记日志核对，或缺少日志中已有的记录；核对完成之前不签发证书" UNSTORED_ZH "。")
X(JOURNAL_AWAY, "journal_away", 503, 5, "Journal unavailable", "登记日志暂不可用",
  "What is issued or ended is also written outside the database, which is not possible at present; "
  "nothing is confirmed until it is. Repeat the same request: it is safe.",
  "签发和撤销须同时写入数据库之外的日志，目前无法写入，因此不能确认。请稍后再试，可放心重复同一请求。")
X(SIGNER_AWAY, "signer_away", 503, 5, "Signer unavailable", "签名服务暂不可用",
  "Certificates cannot be signed at present" UNSTORED_EN ". Try again shortly.",
  "目前无法签发证书" UNSTORED_ZH "，请稍后再试。")
X(SIGNER_KEY_NOT_OPENED, "signer_key_not_opened", 503, 60, "Issuing key unusable", "签发密钥暂不可用",
  "The signer runs, but this issuing key does not open under the key-encryption key it was given"
  UNSTORED_EN ". Its operator is told how to mend it; the same request is good afterwards.",
  "签名服务正常，但其密钥加密密钥无法解封该签发密钥" UNSTORED_ZH "。修复方法见签名服务日志，修复后可重复同一请求。")
X(KEY_NOT_OPENED, "key_not_opened", 409, 0, "A key cannot be unwrapped", "密钥无法解封",
  "This issuing key opens neither under the signer's current key-encryption key nor under the "
  "previous one. Set signer.previous_key_file to the one it was wrapped with, then ask again.",
  "签名服务的当前和前一密钥加密密钥均无法解封该签发密钥。请将 signer.previous_key_file 设为封装时所用的密钥后重试。")
X(NUMBER_NOT_OPENED, "number_not_opened", 409, 0, "A number cannot be opened", "证件号码无法解密",
  "An ID number opens neither under this host's key nor under the one before it. Set "
  "secrets.previous_id_cipher_key to the key that it was encrypted with.",
  "本机的当前和前一密钥均无法解密某个证件号码。请将 secrets.previous_id_cipher_key 设为加密时所用的密钥。")
X(PDF_BUSY, "pdf_busy", 503, 5, "Too many documents are being made", "文件生成任务过多",
  "Documents are made one after the other and too many are waiting. Try again shortly.",
  "文件逐份生成，等待的任务过多，请稍后再试。")
X(PDF_AWAY, "pdf_away", 503, 5, "Documents unavailable", "文件服务暂不可用",
  "The document could not be made at present. The certificate itself is not affected.",
  "目前无法生成文件，证书本身不受影响。")
X(DEADLINE, "deadline", 503, 5, "Took too long", "处理超时",
  "The request could not be finished in time. Repeating it is safe.",
  "未能在规定时间内完成请求。可放心重复同一请求。")
