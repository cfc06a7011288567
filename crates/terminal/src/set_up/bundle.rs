//! The set-up file of a terminal (端末の設定ファイル), as a roll-out writes it and the terminal reads it: where the centre is, what runs here,
//! and codes that are good once.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a terminal is set up by.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// How the file is written.
    pub version: u32,
    /// The centre: `https://host:port`.
    pub centre: String,
    /// 医療機関コード.
    pub facility: String,
    /// The institution's name.
    pub facility_name: String,
    /// The number of the roll-out.
    pub rollout: String,
    /// When it was made, in words.
    pub made_at: String,
    /// Until when the codes of certificates are good, in words.
    pub codes_until: String,
    /// Until when those of accounts are.
    pub activations_until: String,
    /// Where the start page listens.
    pub start_page_port: u16,
    /// Whether certificates are renewed without anybody's press.
    pub renew_by_itself: bool,
    /// The certificate of the centre's authority (PEM).
    pub authority: String,
    /// The terminal.
    pub terminal: MachinePart,
    /// The card reader beside it.
    pub reader: Option<MachinePart>,
    /// The folders of the linked application.
    pub folders: Option<FoldersPart>,
    /// The programs' accounts whose passwords are kept here.
    #[serde(default, rename = "account", skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountPart>,
}

/// A terminal or a reader.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct MachinePart {
    pub name: String,
    /// The code by which it fetches its certificate (取得コード); none where it has one already.
    pub code: Option<String>,
}

/// The folders of the linked application.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FoldersPart {
    pub req: String,
    pub res: String,
    pub face: Option<String>,
}

/// A program's account.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountPart {
    /// The kind's code: `link`, `webapi` or `face`.
    pub kind: String,
    /// The user id.
    pub user_id: String,
    /// The one-time activation (利用開始コード); none where the account is in use already.
    pub code: Option<String>,
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bundle(***)")
    }
}

/// What stands above the settings.
const HEAD: &str = "\
# 端末の設定ファイル（資格確認端末）
# この端末に写し、次のコマンドを実行します。鍵とパスワードは、この端末の中で作られます。
#   onshi terminal set-up このファイル --folder 設定を置くフォルダ
# 1回限りのコードが入っています。ほかの人に渡さず、終わったら消してください。

";

impl Bundle {
    /// How files are written now.
    pub const VERSION: u32 = 1;

    /// As the file is written.
    pub fn to_text(&self) -> String {
        // Texts, numbers and tables of them can always be written.
        let settings = toml::to_string(self).unwrap_or_default();
        format!("{HEAD}{settings}")
    }

    /// Reads a file; what is wrong is told as the library tells it.
    pub fn read(text: &str) -> Result<Bundle, String> {
        let bundle: Bundle = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        if bundle.version != Bundle::VERSION {
            return Err(format!("version {}", bundle.version));
        }
        // They are names of files here.
        let is_name = |id: &str| {
            let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
            id.bytes().all(known) && id.starts_with(|c: char| c.is_ascii_alphanumeric())
        };
        match bundle
            .accounts
            .iter()
            .find(|account| !is_name(&account.user_id))
        {
            Some(account) => Err(format!("user_id = {:?}", account.user_id)),
            None => Ok(bundle),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_not_shown() {
        let bundle = Bundle {
            version: Bundle::VERSION,
            centre: "https://centre.example:8443".to_owned(),
            facility: "1310000011".to_owned(),
            facility_name: "架空内科クリニック".to_owned(),
            rollout: "r1".to_owned(),
            made_at: "2026-11-27 09:00".to_owned(),
            codes_until: "2027-05-26 09:00".to_owned(),
            activations_until: "2026-11-30 09:00".to_owned(),
            start_page_port: 8080,
            renew_by_itself: true,
            authority: "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n".to_owned(),
            terminal: MachinePart {
                name: "受付\"1号機\\".to_owned(),
                code: Some("ABCDE-FGHJK".to_owned()),
            },
            reader: None,
            folders: Some(FoldersPart {
                req: "C:\\OQS\\req".to_owned(),
                res: "C:\\OQS\\res".to_owned(),
                face: None,
            }),
            accounts: vec![AccountPart {
                kind: "link".to_owned(),
                user_id: "link01".to_owned(),
                code: Some("2222-3333-4444-5555".to_owned()),
            }],
        };
        let text = bundle.to_text();
        let read = Bundle::read(&text).unwrap();
        assert_eq!(read.to_text(), text);
        assert_eq!(read.terminal.name, bundle.terminal.name);
        assert_eq!(read.accounts[0].user_id, "link01");
        assert!(!format!("{bundle:?}").contains("ABCDE"));
        assert!(Bundle::read(&text.replace("version = 1", "version = 2")).is_err());
        assert!(Bundle::read(&text.replace("centre = ", "center = ")).is_err());
        assert!(Bundle::read(&text.replace("link01", "../link01")).is_err());
    }
}
