/* ctl/offline_words.c - the verifier's codes in words. */
#include "ctl/offline.h"

#include <string.h>

#include "base/attr.h"

static const struct {
	const char *code, *en, *zh;
} words[] = {
	{"link_only", "this is only a link: it proves nothing without the registry",
	 "这只是一个链接，不联网无法核验"},
	{"no_credential", "there is no credential in it", "其中没有电子凭证"},
	{"too_many", "there are more credentials in it than are read at once", "其中的电子凭证过多，请分开核验"},
	{"attachment", "the PDF's attachment cannot be read", "无法读取 PDF 的附件"},
	{"name", "the certificate belongs to somebody else", "证书持有人与所给姓名不符"},
	{"too_large", "larger than a credential may be", "超过电子凭证允许的大小"},
	{"too_deep", "nested deeper than a credential may be", "嵌套层数超过电子凭证允许的层数"},
	{"malformed", "neither a credential nor a JWT", "不是电子凭证，也不是 JWT"},
	{"context", "its context is not that of our certificates", "上下文（@context）不符"},
	{"type", "its type is not that of our certificates", "类型不符"},
	{"unsupported_form", "not in the form that this registry issues", "不是本登记系统签发的格式"},
	{"proof_missing", "it has no proof", "没有数字签名"},
	{"proof_form", "its proof is malformed", "数字签名格式有误"},
	{"cryptosuite", "its proof is of a kind that is not used here", "签名算法不受支持"},
	{"proof_purpose", "its proof is for another purpose", "签名用途不符"},
	{"verification_method", "the key it names is not its issuer's", "所用密钥不属于发证机构"},
	{"proof_created", "the time of its proof is malformed", "签名时间格式有误"},
	{"receipt", "this is the receipt of a check, not a certificate; scan its code to see how that stands",
	 "这是查验回执，不是证书；扫描其二维码可查看证书现状"},
	{"jwt_header", "the JWT's header is not as it must be", "JWT 头部有误"},
	{"jwt_algorithm", "the JWT's algorithm is not allowed", "JWT 算法不被允许"},
	{"jwt_type", "the JWT is of another type", "JWT 类型不符"},
	{"jwt_embedded_key", "the JWT brings its own key", "JWT 自带密钥"},
	{"jwt_key_id", "the JWT's key is not its issuer's", "JWT 的密钥不属于发证机构"},
	{"jwt_claims", "the JWT's claims contradict the credential", "JWT 声明与凭证内容不一致"},
	{"jwt_signature_form", "the JWT's signature is malformed", "JWT 签名格式有误"},
	{"foreign_issuer", "the issuer is not one of this registry", "发证机构不属于本登记系统"},
	{"issuer_mismatch", "the issuer's document is somebody else's", "发证机构文件不符"},
	{"key_not_listed", "the issuer does not list this key", "发证机构未公布此密钥"},
	{"key_not_for_assertion", "the issuer does not let this key sign certificates",
	 "发证机构未授权此密钥签发证书"},
	{"issuer_unavailable", "the bundle has no keys of this issuer: fetch a bundle that has",
	 "离线包中没有此发证机构的公钥，请下载包含该机构的离线包"},
	{"issuer_document", "the issuer's document in the bundle cannot be read",
	 "离线包中的发证机构文件无法读取"},
	{"signature", "the signature does not fit: it was altered", "签名不符，内容已被改动"},
	{"key_revoked", "the key that signed it was revoked: ask the registry",
	 "签发所用密钥已作废，请联网向登记系统核验"},
	{"not_yet_valid", "it is not valid yet", "尚未生效"},
	{"expired", "it has expired", "已过期"},
	{"revoked", "it was revoked, or replaced by a newer version", "已撤销，或已换发新版本"},
	{"suspended", "it is suspended", "已暂停"},
	{"status_list_unavailable", "the bundle has no status list for it: fetch a new bundle",
	 "离线包中没有对应的状态列表，请重新下载离线包"},
	{"status_list_invalid", "its status list in the bundle is not authentic: fetch a new bundle",
	 "离线包中的状态列表未通过验证，请重新下载离线包"},
	{"newer_than_bundle", "it was issued after the bundle was made: fetch a new bundle",
	 "签发于离线包制作之后，请重新下载离线包"},
	{"clock", "this computer's clock is behind the time of the bundle: set it right",
	 "本机时钟早于离线包时间，请先校准时钟"},
	{"status_list_expired", "the bundle is too old to know its status: fetch a new bundle",
	 "离线包已过时，无法判断证书状态，请重新下载离线包"},
};

const char *offline_words(enum lang lang, const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].code, code) == 0)
			return pick(lang, words[i].en, words[i].zh);
	return code;
}
