/* domain/export_purpose_list.h - why an organisation's records are taken out whole: X(code, what it is called in
 * Chinese). The API takes these codes, talentctl's help lists them. */

X(leaving, "机构退出")
X(migration, "系统迁移")
X(archiving, "存档")
X(dispute, "争议处理")
X(audit, "审计")
X(other, "其他")
